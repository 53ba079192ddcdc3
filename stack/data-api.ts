import { App, type EmailDriver, setExperimental } from "@supabase/lite";
import { DataConnection } from "./data-connection.ts";
import { FileStorage } from "./file-storage.ts";
import { refuseMalformed } from "./request-guard.ts";
import { storageAnswer } from "./storage-answer.ts";
import { plainUpload } from "./storage-upload.ts";
import { configError, readSupabaseConfig } from "./supabase-config.ts";

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
}

/** REST, Auth and Storage as one web handler: `@supabase/lite` embedded as a library. */
export class DataApi {
  readonly #connection: DataConnection;
  readonly #app: App;

  constructor(options: DataApiOptions) {
    this.#connection = new DataConnection(options.databaseUrl, options.poolSize);
    this.#app = createApp(this.#connection, options);
    this.#app._storageAdapter = new FileStorage(options.storageDir);
  }

  /** Answers one request. `peerAddress` is the socket's, never a header's. */
  async fetch(request: Request, peerAddress: string | null): Promise<Response> {
    const malformed = await refuseMalformed(request);
    if (malformed !== undefined) return malformed;
    const next = await plainUpload(request);
    return next instanceof Response ? next : storageAnswer(next, await this.#app.fetch(next, { peerAddress }));
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

function createApp(connection: DataConnection, options: DataApiOptions): App {
  // Storage is behind a flag of the library; the switch is per process, so tests and the stack share it.
  setExperimental("storage", true);
  const config = readSupabaseConfig();
  try {
    return new App({
      connection,
      api: { schemas: ["public"], max_rows: config.api.max_rows },
      auth: {
        ...config.auth,
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
        drivers: { email: options.email },
      },
    });
  } catch (error) {
    throw configError(error);
  }
}
