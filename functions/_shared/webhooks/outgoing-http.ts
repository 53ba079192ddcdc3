export interface OutgoingRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** For all of it: finding the address, connecting, sending, and reading the answer. */
  readonly timeoutMs: number;
  /** What is read of the answer's body; the rest is not waited for. */
  readonly maxBytes: number;
}

export interface OutgoingAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  /** Its beginning, as text; what is no text in UTF-8 is replaced. */
  readonly body: string;
}

/** The way out to addresses that people of boutiques name. Follows no redirects. */
export interface OutgoingHttp {
  /**
   * Sends a POST request.
   *
   * @throws AddressRefused when the address may not be called
   * @throws an error that says why there was no answer
   */
  post(request: OutgoingRequest): Promise<OutgoingAnswer>;
}
