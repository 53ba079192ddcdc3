// Runs before the commands of the README, with whatever Node the machine has: installs what is missing.
// Plain JavaScript of old, so that a Node that is too old gets to the message about it.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const major = Number(process.versions.node.split(".")[0]);

if (major < 20) {
  console.error(
    "nexus: Node " +
      process.versions.node +
      " is too old to install Nexus. Install Node 20 or newer (https://nodejs.org); the project brings its own Node 24 then.",
  );
  process.exit(1);
}

const lock = createHash("sha256")
  .update(readFileSync(join(root, "package-lock.json")))
  .digest("hex");
const stamp = join(root, "node_modules", ".nexus-installed");
const installed = existsSync(stamp) && readFileSync(stamp, "utf8") === lock;

if (!installed) {
  console.log("Installing what is missing (npm ci) ...");
  const npm = process.env.npm_execpath;
  const args = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  const result =
    npm === undefined ? spawnSync("npm", args, options()) : spawnSync(process.execPath, [npm, ...args], options());
  if (result.status !== 0) {
    console.error("nexus: npm ci failed. Is the npm registry reachable? Run 'npm ci' to see all it says.");
    process.exit(1);
  }
  writeFileSync(stamp, lock);
}

function options() {
  return { cwd: root, stdio: "inherit" };
}
