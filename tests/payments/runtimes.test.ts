import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type ProviderName, providerNames } from "../../functions/_shared/payments/provider.ts";
import { root } from "../../stack/paths.ts";
import { openDriver, type ProviderDriver } from "../helpers/provider-drivers.ts";
import { startInput } from "../helpers/test-payments.ts";
import type { Life } from "./life-of-a-payment.ts";

const script = join(root, "tests/payments/life-of-a-payment.ts");
const functionsDir = join(root, "functions");

/** As the stack starts functions with Deno, and the worker with Node. */
const runtimes: Record<string, [command: string, args: string[]]> = {
  Deno: [
    join(root, "node_modules/.bin/deno"),
    [
      ...["run", "--quiet", "--no-prompt", "--cached-only", `--config=${join(functionsDir, "deno.json")}`],
      ...["--allow-net", "--allow-env", "--allow-sys"],
      `--allow-read=${[functionsDir, join(root, "node_modules"), join(root, "tests/payments")].join(",")}`,
    ],
  ],
  Node: [process.execPath, []],
};

const drivers = new Map<ProviderName, ProviderDriver>();
beforeAll(async () => {
  for (const name of providerNames) drivers.set(name, await openDriver[name]());
});
afterAll(async () => {
  for (const driver of drivers.values()) await driver.close();
});

it.each(Object.keys(runtimes).flatMap((runtime) => providerNames.map((name) => [runtime, name] as const)))(
  "in %s %s loads and works",
  async (runtime, name) => {
    const driver = drivers.get(name);
    const [command, args] = runtimes[runtime] ?? [];
    if (driver === undefined || command === undefined) throw new Error("not open");
    const input = startInput({ currency: "USD" });
    const started = await driver.provider().start(input);
    await driver.pay(input, started);
    const { reference } = input;
    const { headers, body } = await driver.event(reference);
    const life: Life = {
      ...{ name, url: driver.url, credentials: driver.credentials },
      paid: { reference, providerReference: started.providerReference },
      event: { headers: Object.fromEntries(headers), body: Buffer.from(body).toString("base64") },
      next: { reference: randomUUID(), refundId: randomUUID() },
    };
    const env = { PATH: process.env["PATH"], HOME: process.env["HOME"], NO_COLOR: "1", LIFE: JSON.stringify(life) };
    const { stdout, stderr } = await promisify(execFile)(command, [...(args ?? []), script], { cwd: root, env });
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual({
      ...{ payment: "succeeded", amount: input.amount, page: "http", refund: name === "chapa" ? "pending" : "paid" },
      ...{ event: "payment", reference, forged: "invalid_signature", wrongKey: "provider_misconfigured" },
    });
  },
);
