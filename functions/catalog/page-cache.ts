export interface MadePage {
  readonly body: string;
  /** Media type, without its charset. */
  readonly type: string;
  /** Of what is counted each time that its page is seen. */
  readonly seenId?: string;
}

export interface Page extends MadePage {
  /** Strong: it changes with every byte. */
  readonly etag: string;
}

interface Entry {
  readonly page: Promise<Page>;
  readonly until: number;
}

/**
 * Pages that were just asked for, in memory: a page that many want at once is made once, and again a second later. So short
 * that nobody has to be told of a change: a price, or a boutique that is suspended, is out of here a second later.
 */
export class PageCache {
  readonly #lifetimeMs: number;
  readonly #capacity: number;
  readonly #entries = new Map<string, Entry>();

  constructor(lifetimeMs = 1_000, capacity = 2_000) {
    this.#lifetimeMs = lifetimeMs;
    this.#capacity = capacity;
  }

  /** The page of this key; a failure to make it is nobody else's. */
  get(key: string, make: () => Promise<MadePage>): Promise<Page> {
    const now = Date.now();
    const known = this.#entries.get(key);
    if (known !== undefined && known.until > now) return known.page;
    if (this.#entries.size >= this.#capacity) this.#entries.clear();
    const page = make().then(async (made) => ({ ...made, etag: await etagOf(made.body) }));
    this.#entries.set(key, { page, until: now + this.#lifetimeMs });
    page.catch(() => this.#entries.delete(key));
    return page;
  }
}

async function etagOf(body: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(body)));
  return `"${Array.from(digest.subarray(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("")}"`;
}
