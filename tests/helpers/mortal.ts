import type { SupabaseClient } from "@supabase/supabase-js";
import type { Sql } from "postgres";
import type { Database } from "../../functions/_shared/database.types.ts";
import type { PaymentAccounts } from "../../functions/_shared/payments/accounts.ts";
import type { PaymentProvider } from "../../functions/_shared/payments/provider.ts";

/** The process has died; nothing that was to come after has happened. */
export class Died extends Error {
  constructor(step: string) {
    super(`died after ${step}`);
    this.name = "Died";
  }
}

/**
 * Counts the steps by which a process touches the outside, the database and the provider, and dies after one of them:
 * its effect is there, and nobody has noted it.
 */
export class Mortal {
  readonly steps: string[] = [];
  readonly #last: number;

  /** @param last the step after which it dies, from 1; it lives on when there are not so many */
  constructor(last = Number.POSITIVE_INFINITY) {
    this.#last = last;
  }

  async #step<T>(name: string, act: () => PromiseLike<T>): Promise<T> {
    const result = await act();
    this.steps.push(name);
    if (this.steps.length === this.#last) throw new Died(name);
    return result;
  }

  client(client: SupabaseClient<Database>): SupabaseClient<Database> {
    return new Proxy(client, {
      get: (target, name) =>
        name === "rpc"
          ? (rpc: never, args: never) => this.#step(`rpc ${rpc}`, () => target.rpc(rpc, args))
          : Reflect.get(target, name),
    });
  }

  sql(sql: Sql): Sql {
    return new Proxy(sql, {
      apply: (target, self, args) =>
        this.#step(`sql ${String(args[0]).trim().slice(0, 40)}`, () => Reflect.apply(target, self, args)),
    });
  }

  accounts(accounts: PaymentAccounts): PaymentAccounts {
    return { ...accounts, open: async (account) => this.#provider(await accounts.open(account)) };
  }

  #provider(provider: PaymentProvider): PaymentProvider {
    return new Proxy(provider, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== "function" || name === "supports") return value;
        return (...args: unknown[]) => this.#step(`provider ${String(name)}`, () => Reflect.apply(value, target, args));
      },
    });
  }
}
