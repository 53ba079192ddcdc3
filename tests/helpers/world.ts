import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InMemoryEmailDriver } from "@supabase/lite";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import postgres, { type Sql } from "postgres";
import { inject } from "vitest";
import type { Database } from "../../functions/_shared/database.types.ts";
import { DataApi, type DataApiOptions, type ProjectKeys } from "../../stack/data-api.ts";
import { SUPERUSER } from "../../stack/postgres.ts";
import { cloneDatabase, dropDatabase, withRole } from "../../stack/throwaway.ts";

export type Client = SupabaseClient<Database>;
export type MemberRole = Database["public"]["Enums"]["member_role"];

/** A signed-in person with her own supabase-js client. */
export interface Person {
  readonly id: string;
  readonly email: string;
  readonly accessToken: string;
  readonly client: Client;
}

/** A database of its own with an in-process API over it: what a test file works with. */
export class World {
  /** As the owner of the schema: RLS does not apply. For arranging and for looking at what was written. */
  readonly sql: Sql;
  readonly databaseUrl: string;
  readonly keys: ProjectKeys;
  readonly apiUrl = "http://nexus.test";
  readonly mails: InMemoryEmailDriver;
  readonly api: DataApi;
  readonly #name: string;
  readonly #folder: string;

  private constructor(name: string, folder: string, databaseUrl: string, options: WorldOptions) {
    this.#name = name;
    this.#folder = folder;
    this.databaseUrl = databaseUrl;
    this.sql = postgres(databaseUrl, { max: 5, onnotice: () => undefined });
    this.keys = {
      publishable: `sb_publishable_${"p".repeat(22)}`,
      secret: `sb_secret_${"s".repeat(22)}`,
      jwt: randomUUID(),
    };
    this.mails = new InMemoryEmailDriver();
    this.api = new DataApi({
      databaseUrl: withRole(databaseUrl, "authenticator"),
      keys: this.keys,
      apiUrl: this.apiUrl,
      storageDir: folder,
      poolSize: options.connections ?? 5,
      email: this.mails,
      studio: false,
      ...options.auth,
    });
  }

  /** Copies the template. Its schedules begin now: the template may be older than what counts as missed. Close it in afterAll. */
  static async create(options: WorldOptions = {}): Promise<World> {
    const name = `test_${randomUUID().replaceAll("-", "")}`;
    const folder = await mkdtemp(join(tmpdir(), "nexus-files-"));
    const url = await cloneDatabase(withRole(inject("templateUrl"), SUPERUSER), name);
    const world = new World(name, folder, withRole(url, "postgres"), options);
    await world.sql`update pgboss.queue set created_on = now()`;
    return world;
  }

  async close(): Promise<void> {
    await this.api.close();
    await this.sql.end({ timeout: 1 });
    await dropDatabase(withRole(inject("templateUrl"), SUPERUSER), this.#name);
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** One HTTP request to the API, without supabase-js in between. */
  fetch = (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = typeof input === "string" && input.startsWith("/") ? `${this.apiUrl}${input}` : input;
    return this.api.fetch(new Request(request, init), null);
  };

  asAnon(): Client {
    return this.#client(this.keys.publishable);
  }

  asService(): Client {
    return this.#client(this.keys.secret);
  }

  /** Signs somebody new up, as a customer would. */
  async asCustomer(name = "customer"): Promise<Person> {
    const client = this.#client(this.keys.publishable);
    const email = `${name.toLowerCase().replace(/[^a-z0-9]+/g, "-")}-${randomUUID().slice(0, 8)}@nexus.test`;
    const { data, error } = await client.auth.signUp({
      email,
      password: "a-long-password",
      options: { data: { display_name: name } },
    });
    if (error !== null || data.user === null || data.session === null) throw error ?? new Error("no session");
    return { id: data.user.id, email, accessToken: data.session.access_token, client };
  }

  /** Signs somebody new up who works for a boutique. */
  async asStaff(boutiqueId: string, role: MemberRole): Promise<Person> {
    const person = await this.asCustomer(role);
    await this.sql`
      insert into public.boutique_members (boutique_id, user_id, role) values (${boutiqueId}, ${person.id}, ${role})`;
    return person;
  }

  /** Signs somebody new up who runs the marketplace. */
  async asAdmin(): Promise<Person> {
    const person = await this.asCustomer("admin");
    await this.sql`insert into public.platform_admins (user_id) values (${person.id})`;
    return person;
  }

  #client(key: string): Client {
    return createClient<Database>(this.apiUrl, key, {
      global: { fetch: this.fetch },
      auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    });
  }
}

export interface WorldOptions {
  /** Connections of the API to the database; raise it where a test needs requests that truly meet. */
  readonly connections?: number;
  /** Settings of Auth other than those of supabase/config.toml. */
  readonly auth?: Pick<DataApiOptions, "confirmEmail" | "environment">;
}
