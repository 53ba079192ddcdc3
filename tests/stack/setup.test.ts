import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { root } from "../../stack/paths.ts";
import { Command, cleanUp, temporaryFolder } from "./running-stack.ts";

// A checkout of its own with an npm of its own: nothing is installed for real.
let checkout: string;
const lock = '{ "lockfileVersion": 3 }\n';

beforeAll(async () => {
  checkout = await temporaryFolder();
  for (const folder of ["scripts", "node_modules"]) mkdirSync(join(checkout, folder));
  copyFileSync(join(root, "scripts/setup.mjs"), join(checkout, "scripts/setup.mjs"));
  writeFileSync(join(checkout, "package-lock.json"), lock);
});
afterAll(cleanUp);

/** Runs the script with an npm that notes its arguments and ends with `npmCode`. */
function setup(npmCode: number, nodeOptions = "") {
  const npm = join(checkout, "npm.cjs");
  const notes = `require("fs").writeFileSync(${JSON.stringify(join(checkout, "notes"))}, process.argv.slice(2).join(" "))`;
  writeFileSync(npm, `${notes}; process.exit(${npmCode});`);
  return new Command("scripts/setup.mjs", [], { checkout, env: { npm_execpath: npm, NODE_OPTIONS: nodeOptions } })
    .ended;
}
const stamp = () => join(checkout, "node_modules/.nexus-installed");

it("says in one line that a Node before 20 is too old, and installs nothing", async () => {
  const code = 'Object.defineProperty(process,"versions",{value:{...process.versions,node:"18.19.1"}})';
  const ended = await setup(0, `--import=data:text/javascript,${encodeURIComponent(code)}`);
  expect(ended).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringMatching(
      /^nexus: Node 18\.19\.1 is too old to install Nexus\. Install Node 20 or newer .+\n$/,
    ),
  });
  expect(existsSync(join(checkout, "notes"))).toBe(false);
});

it("says in one line that npm has failed, and tries again the next time", async () => {
  const { code, stderr } = await setup(1);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^nexus: npm \w+ failed\. .+\n$/);
  expect(existsSync(stamp())).toBe(false);
});

it("installs once per lockfile", async () => {
  const first = await setup(0);
  expect(first).toMatchObject({ code: 0, stderr: "" });
  expect(readFileSync(join(checkout, "notes"), "utf8")).toMatch(/^(ci|install) /);
  expect(readFileSync(stamp(), "utf8")).toBe(createHash("sha256").update(lock).digest("hex"));
  // This npm would fail, were it asked.
  expect(await setup(1)).toMatchObject({ code: 0, stdout: "", stderr: "" });
  writeFileSync(join(checkout, "package-lock.json"), `${lock}\n`);
  expect(await setup(1)).toMatchObject({ code: 1 });
});
