// The main service of the edge runtime in compose.yaml: gives each function an isolate, as the platform does.

interface Isolate {
  fetch(request: Request): Promise<Response>;
}
declare const EdgeRuntime: {
  readonly userWorkers: {
    create(options: {
      readonly servicePath: string;
      readonly importMapPath: string;
      readonly memoryLimitMb: number;
      readonly workerTimeoutMs: number;
      readonly noModuleCache: boolean;
      readonly forceCreate: boolean;
      readonly envVars: readonly (readonly [name: string, value: string])[];
    }): Promise<Isolate>;
  };
};
declare const Deno: {
  serve(handler: (request: Request) => Promise<Response>): unknown;
  readonly env: { toObject(): Record<string, string> };
};

const functions = "/home/deno/functions";

Deno.serve(async (request) => {
  const name = /^\/([A-Za-z][A-Za-z0-9_-]*)(?:\/|$)/.exec(new URL(request.url).pathname)?.[1];
  if (name === undefined) return problem(404, "function_not_found", "There is no function at this path.");
  try {
    const isolate = await EdgeRuntime.userWorkers.create({
      servicePath: `${functions}/${name}`,
      importMapPath: `${functions}/deno.json`,
      memoryLimitMb: 256,
      // Longer than a drain takes with its stop.
      workerTimeoutMs: 60_000,
      noModuleCache: false,
      forceCreate: false,
      envVars: Object.entries(Deno.env.toObject()),
    });
    return await isolate.fetch(request);
  } catch (error) {
    console.error(error);
    return problem(
      503,
      "function_did_not_start",
      `The function ${name} did not answer; the log of the container says why.`,
    );
  }
});

function problem(status: number, code: string, detail: string): Response {
  const body = { type: "about:blank", title: code.replaceAll("_", " "), status, detail, code };
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/problem+json" } });
}
