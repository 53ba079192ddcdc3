import { defineConfig } from "vitest/config";

export default defineConfig({
  // Packages as Node itself finds them: graphql has another copy for development, and two copies do not know each other's types.
  ssr: { resolve: { conditions: ["node", "module-sync"] } },
  test: {
    include: ["tests/**/*.test.ts", "functions/**/*.test.ts", "stack/**/*.test.ts", "worker/**/*.test.ts"],
    globalSetup: ["tests/helpers/global-setup.ts"],
    // Sign-ups hash passwords; the tests' passwords need no protection.
    env: { LITE_AUTH_BCRYPT_COST: "4" },
    pool: "forks",
    // What files import is the greater part of their start: a worker loads it once. State lives in each file's own World.
    isolate: false,
    // Many files wait for processes more than they compute: more of them at a time than there are cores.
    maxWorkers: 3,
    // What hangs, not what is slow: a machine may have other work.
    testTimeout: 120_000,
    hookTimeout: 180_000,
    // The API logs every refused request, and refusing is half of what is tested.
    silent: "passed-only",
  },
});
