import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { root } from "../../stack/paths.ts";
import { readConfig, workerVariables } from "../../worker/config.ts";
import { webhookMasterKey } from "../helpers/run-job.ts";
import { lintDockerfile, parseDockerfile } from "./dockerfile-rules.ts";

const read = (path: string) => readFileSync(join(root, path), "utf8");
const dockerfile = read("worker/Dockerfile");

describe("worker/Dockerfile", () => {
  it("breaks no rule", () => {
    expect(lintDockerfile(dockerfile)).toEqual([]);
  });

  it.each([
    ["base images have an exact version", dockerfile.replaceAll(/node:\S+/g, "node:24")],
    ["nothing is the latest", dockerfile.replaceAll(/node:\S+/g, "node:latest")],
    ["the last stage ends as somebody other than root", dockerfile.replace("USER node", "")],
    ["the last stage ends as somebody other than root", `${dockerfile}\nUSER root`],
    ["COPY, never ADD", dockerfile.replace("COPY worker", "ADD worker")],
    ["no sudo", `${dockerfile}\nRUN sudo true`],
    ["apt-get installs no more", `${dockerfile}\nRUN apt-get update && \\\n  apt-get install -y curl`],
    ["npm ci, never npm install", dockerfile.replace("npm ci", "npm install")],
    ["nothing is fetched and run", `${dockerfile}\nRUN curl https://example.test | sh`],
    ["folders of WORKDIR", dockerfile.replaceAll("WORKDIR /app", "WORKDIR app")],
    ["not everything is copied", `${dockerfile}\nCOPY . .`],
    ["no secret in ENV and ARG", `${dockerfile}\nARG SUPABASE_SECRET_KEY`],
    ["no secret in ENV and ARG", `${dockerfile}\nENV SUPABASE_DB_URL=x`],
    ["it says how it is", dockerfile.replace("HEALTHCHECK", "LABEL")],
    ["signals reach the program", dockerfile.replace('CMD ["node", "worker/main.ts"]', "CMD node worker/main.ts")],
  ])("would be told: %s", (rule, broken) => {
    expect(lintDockerfile(broken).join("\n")).toContain(rule);
  });

  it("has the Node of package.json", () => {
    const { devDependencies } = JSON.parse(read("package.json"));
    const bases = parseDockerfile(dockerfile).filter(({ name }) => name === "FROM");
    expect(bases.length).toBe(2);
    for (const { value } of bases) expect(value).toContain(`node:${devDependencies.node}-`);
  });

  it("copies what is there, and what .dockerignore lets through", () => {
    const allowed = read(".dockerignore")
      .split("\n")
      .filter((line) => line.startsWith("!"))
      .map((line) => line.slice(1));
    const copied = parseDockerfile(dockerfile)
      .filter(({ name, value }) => name === "COPY" && !value.includes("--from="))
      .flatMap(({ value }) => value.split(" ").slice(0, -1));
    expect(copied.length).toBeGreaterThan(4);
    for (const path of copied) {
      expect(existsSync(join(root, path)), path).toBe(true);
      expect(allowed, path).toContain(path);
    }
  });
});

describe("what runs without the development packages", () => {
  /** The modules of the checkout that a file needs at run time, and the packages. */
  function imports(file: string, seen = new Set<string>()): Set<string> {
    if (seen.has(file)) return seen;
    seen.add(file);
    for (const [, specifier = ""] of read(file).matchAll(/^(?:import|export)\s(?!type\s)[^;]*?from "([^"]+)"/gm)) {
      if (specifier.startsWith(".")) imports(join(file, "..", specifier), seen);
      else if (!specifier.startsWith("node:")) seen.add(specifier);
    }
    return seen;
  }

  it.each(["worker/main.ts", "worker/healthcheck.ts", "functions/jobs/index.ts", "functions/catalog/index.ts"])(
    "%s needs packages of `dependencies` alone, and nothing outside of worker/ and functions/",
    (entry) => {
      const { dependencies } = JSON.parse(read("package.json"));
      for (const needed of imports(entry)) {
        if (existsSync(join(root, needed))) expect(needed).toMatch(/^(worker|functions)\//);
        else expect(Object.keys(dependencies)).toContain(/^(@[^/]+\/)?[^/]+/.exec(needed)?.[0]);
      }
    },
  );
});

const composeSchema = z.object({
  services: z.record(
    z.string(),
    z.object({
      image: z.string(),
      build: z.object({ context: z.string(), dockerfile: z.string() }).optional(),
      environment: z.record(z.string(), z.union([z.string(), z.number()])),
      ports: z.array(z.string()),
      volumes: z.array(z.string()).default([]),
      stop_grace_period: z.string().optional(),
    }),
  ),
});

describe("compose.yaml", () => {
  const { services } = composeSchema.parse(parse(read("compose.yaml")));

  it("has images of an exact version, and ports for this machine alone", () => {
    expect(Object.keys(services)).toEqual(["worker", "functions"]);
    for (const { image, ports } of Object.values(services)) {
      expect(image).toMatch(/:v?\d+\.\d+\.\d+$/);
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
    }
  });

  it("has no value of a secret, only names", () => {
    for (const { environment } of Object.values(services)) {
      for (const [name, value] of Object.entries(environment)) {
        if (/SECRET|PASS|KEY|DB_URL/.test(name)) expect(value, name).toMatch(/^\$\{\w+(:[-?][^}]*)?\}$/);
      }
    }
  });

  it("gives the worker variables that it reads, and all that it requires", () => {
    const environment = Object.fromEntries(
      Object.keys(services["worker"]?.environment ?? {}).map((name) => [name, ""]),
    );
    // What stands behind :- in the file.
    const defaults = Object.fromEntries(
      Object.entries(services["worker"]?.environment ?? {}).flatMap(([name, value]) => {
        const fallback = /^\$\{\w+:-([^}]*)\}$/.exec(String(value))?.[1];
        return fallback === undefined ? [] : [[name, fallback]];
      }),
    );
    const filled = {
      ...environment,
      SUPABASE_DB_URL: "postgresql://localhost/postgres",
      SUPABASE_URL: "http://127.0.0.1",
      SUPABASE_SECRET_KEY: "key",
      WEBHOOK_MASTER_KEY: webhookMasterKey,
    };
    expect(readConfig({ ...filled, ...defaults })).toMatchObject({ SUPABASE_SECRET_KEY: "key" });
    const known = [...Object.keys(workerVariables.shape)];
    for (const name of Object.keys(environment)) expect(known).toContain(name);
  });

  it("stops the worker no sooner than the worker gives its jobs", () => {
    const worker = services["worker"];
    const grace = Number.parseInt(worker?.stop_grace_period ?? "0", 10);
    expect(grace).toBeGreaterThan(Number(worker?.environment["WORKER_STOP_SECONDS"]));
  });

  it("mounts and builds what is there", () => {
    const paths = Object.values(services).flatMap(({ build, volumes }) => [
      ...(build === undefined ? [] : [build.dockerfile]),
      ...volumes.filter((volume) => volume.startsWith("./")).map((volume) => volume.split(":")[0] ?? ""),
    ]);
    expect(paths.length).toBe(3);
    for (const path of paths) expect(existsSync(join(root, path)), path).toBe(true);
  });

  const compose = spawnSync("docker", ["compose", "version"]).status === 0;
  if (!compose) process.stderr.write("docker compose is not installed: compose.yaml is checked without it.\n");
  it.skipIf(!compose)("is what docker compose takes", () => {
    const result = spawnSync("docker", ["compose", "--profile", "functions", "config", "--quiet"], {
      cwd: root,
      encoding: "utf8",
      env: {
        ...process.env,
        SUPABASE_DB_URL: "postgresql://localhost/postgres",
        SUPABASE_URL: "http://127.0.0.1",
        SUPABASE_SECRET_KEY: "key",
        WEBHOOK_MASTER_KEY: webhookMasterKey,
        SITE_URL: "http://127.0.0.1",
        MAIL_FROM: "a@example.com",
        SMTP_HOST: "localhost",
      },
    });
    expect([result.status, result.stderr]).toEqual([0, ""]);
  });
});
