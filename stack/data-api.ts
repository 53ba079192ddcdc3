import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App, type EmailDriver, setExperimental } from "@supabase/lite";
import { parse } from "smol-toml";
import { DataConnection } from "./data-connection.ts";
import { FileStorage } from "./file-storage.ts";
import { root } from "./paths.ts";

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
    // Storage is behind a flag of the library; the switch is per process, so tests and the stack share it.
    setExperimental("storage", true);
    const config = readSupabaseConfig();
    this.#connection = new DataConnection(options.databaseUrl, options.poolSize);
    this.#app = new App({
      connection: this.#connection,
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
    this.#app._storageAdapter = new FileStorage(options.storageDir);
  }

  /** Answers one request. `peerAddress` is the socket's, never a header's. */
  fetch(request: Request, peerAddress: string | null): Promise<Response> {
    return this.#app.fetch(request, { peerAddress });
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}

interface SupabaseConfig {
  readonly api: { readonly max_rows: number };
  readonly auth: Record<string, unknown>;
  readonly storage: { readonly file_size_limit: string };
}

/** The settings that the platform reads too, so that both behave alike. */
function readSupabaseConfig(): SupabaseConfig {
  return parse(readFileSync(join(root, "supabase/config.toml"), "utf8")) as unknown as SupabaseConfig;
}
