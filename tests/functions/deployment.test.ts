import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "smol-toml";
import { expect, it } from "vitest";
import { root } from "../../stack/paths.ts";

const functionsDir = join(root, "functions");
const names = readdirSync(functionsDir).filter((name) => existsSync(join(functionsDir, name, "index.ts")));

it("has every function in supabase/config.toml, with its imports and without the gateway's own check of tokens", () => {
  const config = parse(readFileSync(join(root, "supabase/config.toml"), "utf8"));
  expect(config["functions"]).toEqual(
    Object.fromEntries(
      names.map((name) => [
        name,
        {
          enabled: true,
          verify_jwt: false,
          import_map: "../functions/deno.json",
          entrypoint: `../functions/${name}/index.ts`,
        },
      ]),
    ),
  );
});

it("deploys every function with a tag", () => {
  const workflow = readFileSync(join(root, ".github/workflows/deploy.yml"), "utf8");
  const [, deployed = ""] = /functions deploy (.+) --use-api/.exec(workflow) ?? [];
  expect(deployed.split(" ").toSorted()).toEqual(names.toSorted());
});
