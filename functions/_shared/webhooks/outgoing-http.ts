export interface OutgoingRead {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** For all of it: finding the address, connecting, sending, and reading the answer. */
  readonly timeoutMs: number;
  /** Most bytes of the answer's body that are read. */
  readonly maxBytes: number;
}

export interface OutgoingRequest extends OutgoingRead {
  readonly body: string;
}

export interface OutgoingAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  /** Its beginning, as text; what is no text in UTF-8 is replaced. */
  readonly body: string;
}

export interface OutgoingFile {
  readonly status: number;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** The way out to addresses that people of boutiques, or services, name. Follows no redirects. */
export interface OutgoingHttp {
  /**
   * Sends a POST request. Of a longer answer the beginning is read; the rest is not waited for.
   *
   * @throws AddressRefused when the address may not be called
   * @throws an error that says why there was no answer
   */
  post(request: OutgoingRequest): Promise<OutgoingAnswer>;
  /**
   * Reads what is at an address, all of it.
   *
   * @throws AddressRefused when the address may not be called
   * @throws an error that says why there was no whole answer, or that it is longer than `maxBytes`
   */
  get(request: OutgoingRead): Promise<OutgoingFile>;
}
