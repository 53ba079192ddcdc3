import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the checkout, without a slash at its end. */
export const root = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");

/** The environment with the project's own tools first on the PATH. */
export function withTools(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...environment, PATH: join(root, "node_modules/.bin") + delimiter + (environment["PATH"] ?? "") };
}
