import { StackError } from "./errors.ts";

/** A provider of [auth.external], with more settings than are named here. */
export type Provider = { readonly client_id: string; readonly secret: string } & Readonly<Record<string, unknown>>;

/**
 * Puts the keys of a sign-in provider in the place of their `env(NAME)` and turns the provider on when both are set.
 *
 * @throws {StackError} when one key is set without the other: sign-in would fail on the way back
 */
export function withKeys(name: string, provider: Provider, environment: NodeJS.ProcessEnv): Provider {
  const [id, secret] = [resolve(provider.client_id, environment), resolve(provider.secret, environment)];
  if (id.value !== "" && secret.value !== "") {
    return { ...provider, enabled: true, client_id: id.value, secret: secret.value };
  }
  if (id.value !== "" || secret.value !== "") {
    const missing = id.value === "" ? id : secret;
    throw new StackError(
      `Sign-in with ${name} has only one of its two keys.`,
      `Set ${missing.name} too, or neither of them.`,
    );
  }
  return { ...provider, enabled: false, client_id: "", secret: "" };
}

/** A value of the file, or of the variable that it names; empty when that is not set. */
function resolve(text: string, environment: NodeJS.ProcessEnv): { name: string; value: string } {
  const name = /^env\((\w+)\)$/.exec(text)?.[1];
  return name === undefined
    ? { name: "it in supabase/config.toml", value: text }
    : { name, value: environment[name] ?? "" };
}
