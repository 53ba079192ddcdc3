import { App, type EmailDriver, setExperimental } from "@supabase/lite";
import { AuthLimits } from "./auth-limits.ts";
import { DataConnection } from "./data-connection.ts";
import { verifyEmail } from "./email-otp.ts";
import { FileStorage } from "./file-storage.ts";
import { keepingRedirect, redirectingMails } from "./mail-redirect.ts";
import { refuseMalformed } from "./request-guard.ts";
import { storageAnswer } from "./storage-answer.ts";
import { plainUpload } from "./storage-upload.ts";
import { configError, readSupabaseConfig, type SupabaseConfig } from "./supabase-config.ts";

export interface ProjectKeys {
  /** Safe in a browser: requests run as `anon`, or as the signed-in user. */
  readonly publishable: string;
  /** For servers: requests run as `service_role` and pass by RLS. */
  readonly secret: string;
  /** Signs the access tokens (HS256). */
  readonly jwt: string;
}

export interface DataApiOptions {
  /** URL of the database as `authenticator`. */
  readonly databaseUrl: string;
  readonly keys: ProjectKeys;
  /** Where the API is reached from outside; stands in the links of auth mails. */
  readonly apiUrl: string;
  readonly storageDir: string;
  readonly poolSize: number;
  readonly email: EmailDriver;
  /**
   * Serves the Studio, whose requests carry no key and run as `service_role`. Only on an origin of its
   * own that nothing else uses, never on the API's.
   */
  readonly studio: boolean;
  /** Sign-ups wait for the link in their mail, as a deployed project asks for. As supabase/config.toml says unless told. */
  readonly confirmEmail?: boolean;
  /** Where the keys of sign-in providers are; `process.env` unless told. */
  readonly environment?: NodeJS.ProcessEnv;
}

/** REST, Auth and Storage as one web handler: `@supabase/lite` embedded as a library. */
export class DataApi {
  readonly #connection: DataConnection;
  readonly #app: App;
  readonly #limits: AuthLimits;

  constructor(options: DataApiOptions) {
    const config = readSupabaseConfig(options.environment);
    this.#connection = new DataConnection(options.databaseUrl, options.poolSize);
    this.#limits = new AuthLimits(this.#connection.driver, config.rateLimits);
    this.#app = createApp(this.#connection, config, options);
    this.#app._storageAdapter = new FileStorage(options.storageDir);
  }

  /** Answers one request. `peerAddress` is the socket's, never a header's. */
  async fetch(request: Request, peerAddress: string | null): Promise<Response> {
    const malformed = await refuseMalformed(request);
    if (malformed !== undefined) return malformed;
    const next = await plainUpload(request);
    if (next instanceof Response) return next;
    const answer = async (asked: Request) => storageAnswer(asked, await this.#app.fetch(asked, { peerAddress }));
    return this.#limits.guard(next, peerAddress, () => keepingRedirect(next, () => verifyEmail(next, answer)));
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}

/**
 * The library says on standard error that its Storage is experimental and not for production. Neither is
 * the embedded stack, which docs/running.md says; the line would only frighten those who try it.
 */
// biome-ignore lint/suspicious/noConsole: what is filtered is what another prints
const warn = console.warn;
console.warn = (...message: unknown[]) => {
  if (!String(message[0]).startsWith("EXPERIMENTAL FEATURES ENABLED")) warn(...message);
};

function createApp(connection: DataConnection, config: SupabaseConfig, options: DataApiOptions): App {
  // Storage is behind a flag of the library; the switch is per process, so tests and the stack share it.
  setExperimental("storage", true);
  const { confirmEmail } = options;
  try {
    return new App({
      connection,
      // Sign-in providers send people back to this address, not to whatever name a request has used.
      api: { schemas: ["public"], max_rows: config.api.max_rows, external_url: options.apiUrl },
      auth: {
        ...config.auth,
        email: { ...config.auth.email, ...(confirmEmail === undefined ? {} : { enable_confirmations: confirmEmail }) },
        enabled: true,
        site_url: options.apiUrl,
        jwt_secret: options.keys.jwt,
        publishable_key: options.keys.publishable,
        secret_key: options.keys.secret,
      },
      storage: { enabled: true, file_size_limit: config.storage.file_size_limit },
      studio: { enabled: options.studio },
      options: {
        server: { disableStudio: !options.studio, admin: options.studio },
        drivers: { email: redirectingMails(options.email, options.apiUrl) },
      },
    });
  } catch (error) {
    throw configError(error);
  }
}
