import { randomUUID } from "node:crypto";
import type { Pictures } from "../../functions/_shared/jobs/pictures.ts";
import { fashnProvider } from "../../functions/_shared/tryon/fashn.ts";
import type { TryonProvider } from "../../functions/_shared/tryon/provider.ts";
import { guardedHttp } from "../../functions/_shared/webhooks/guarded-http.ts";
import type { Answer, ReceivedRequest } from "./local-server.ts";
import { ProviderServer } from "./provider-server.ts";

type Run = { readonly status: string; readonly output?: readonly string[]; readonly error: unknown };

/** Speaks what FASHN documents of version 1: run and status, with the bearer key, errors by name, and outputs. */
export class FashnServer {
  readonly apiKey = `fa-${randomUUID()}`;
  readonly runs = new Map<string, Run>();
  /** What was asked for, run by run. */
  readonly inputs: Record<string, unknown>[] = [];
  /** Files at other paths. */
  serve: (path: string) => Buffer | undefined = () => undefined;
  #server: ProviderServer | undefined;

  static async open(): Promise<FashnServer> {
    const fashn = new FashnServer();
    fashn.#server = await ProviderServer.start((request) => fashn.#answer(request));
    return fashn;
  }

  get server(): ProviderServer {
    if (this.#server === undefined) throw new Error("not open");
    return this.#server;
  }

  provider(pictures: Pictures, apiKey = this.apiKey): TryonProvider {
    const http = guardedHttp({ allowedHosts: [new URL(this.server.url).host], allowPrivate: false });
    return fashnProvider({ url: this.server.url, apiKey }, http, pictures);
  }

  /** The last run is over. */
  complete(output: string): void {
    this.#end({ status: "completed", output: [output], error: null });
  }

  fail(name: string): void {
    this.#end({ status: "failed", error: { name, message: `${name} of a test` } });
  }

  close(): Promise<void> {
    return this.server.close();
  }

  #end(run: Run): void {
    const last = [...this.runs.keys()].at(-1);
    if (last === undefined) throw new Error("no run");
    this.runs.set(last, run);
  }

  #answer({ method, path, headers, body }: ReceivedRequest): Answer {
    const refusal = (status: number, error: string) => ({ status, json: { error, message: `${error} of a test` } });
    const file = this.serve(path);
    if (file !== undefined) return { status: 200, bytes: file };
    if (!path.startsWith("/v1/")) return refusal(404, "NotFound");
    if (headers["authorization"] !== `Bearer ${this.apiKey}`) return refusal(401, "UnauthorizedAccess");
    if (method === "POST" && path === "/v1/run") {
      const { model_name, inputs } = JSON.parse(body);
      const pictures = [inputs?.model_image, inputs?.garment_image];
      if (model_name !== "tryon-v1.6" || !pictures.every((uri) => /^(https:|data:image\/)/.test(uri ?? "")))
        return refusal(400, "BadRequest");
      const id = `${randomUUID()}-u1`;
      this.inputs.push(inputs);
      this.runs.set(id, { status: "starting", error: null });
      return { status: 200, json: { id, error: null } };
    }
    const [, id = ""] = /^\/v1\/status\/(.+)$/.exec(path) ?? [];
    const run = this.runs.get(decodeURIComponent(id));
    return method === "GET" && run !== undefined ? { status: 200, json: { id, ...run } } : refusal(404, "NotFound");
  }
}
