// npm run bench -- graphql: a nested GraphQL query beside the request to the Data API that answers the same.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { endChild } from "../stack/processes.ts";
import { load, started } from "./catalog/http.ts";
import { readNumbers } from "./options.ts";
import { quantile, type Row, report } from "./table.ts";

const query = `query Cards($boutique: UUID!, $first: Int!) {
  products(first: $first, orderBy: [{ published_at: DESC }], filter: { listed: { eq: true }, boutique_id: { eq: $boutique } }) {
    nodes {
      id slug name published_at
      boutique { name currency }
      product_variants(first: 5, orderBy: [{ size: ASC }]) { nodes { id size rental_price_per_day } }
    }
    pageInfo { hasNextPage endCursor }
  }
}`;

/** One request after the other, each way in turns, over the same 10,000 products of the embedded stack. */
export async function benchGraphql(): Promise<void> {
  const { repetitions } = readNumbers({ repetitions: { default: 400, least: 10 } });
  const folder = await mkdtemp(join(tmpdir(), "nexus-bench-"));
  const stack: ChildProcess = spawn(
    process.execPath,
    ["stack/start.ts", "--data-dir", folder, "--port", "0", "--no-demo"],
    { stdio: "ignore" },
  );
  try {
    const status = await started(folder, stack);
    await load(folder, status);
    // Servers send the secret key, which no rate limit holds.
    const headers = { apikey: status.secret_key, "content-type": "application/json" };
    const answer = async (path: string, init: RequestInit) => {
      const response = await fetch(`${status.api_url}${path}`, { ...init, headers });
      const body: unknown = await response.json();
      if (!response.ok || JSON.stringify(body).includes('"errors"')) throw new Error(JSON.stringify(body));
      return body;
    };
    const [boutique] = (await answer("/rest/v1/boutiques?select=id&limit=1", {})) as [{ id: string }];
    const rest =
      "/rest/v1/products?select=id,slug,name,published_at,boutiques!products_boutique_id_fkey(name,currency),product_variants!variant_belongs_to_the_products_boutique(id,size,rental_price_per_day::text)" +
      `&listed=eq.true&boutique_id=eq.${boutique.id}&order=published_at.desc,id.desc&product_variants.order=size.asc,id.asc&product_variants.limit=6`;
    const rows: Row[] = [];
    for (const first of [10, 50]) {
      const body = JSON.stringify({ query, variables: { boutique: boutique.id, first } });
      const ways = {
        "Data API": () => answer(`${rest}&limit=${first + 1}`, {}),
        GraphQL: () => answer("/functions/v1/graphql", { method: "POST", body }),
      };
      const times = new Map<string, number[]>(Object.keys(ways).map((way) => [way, []]));
      for (let n = -50; n < repetitions; n += 1) {
        for (const [way, ask] of Object.entries(ways)) {
          const begin = performance.now();
          await ask();
          if (n >= 0) times.get(way)?.push(performance.now() - begin);
        }
      }
      for (const [way, samples] of times) {
        const [p50, p95] = [0.5, 0.95].map((share) => quantile(samples, share).toFixed(1));
        rows.push({ "products with boutique and sizes": `${way}, ${first}`, "p50 (ms)": p50 ?? "", p95: p95 ?? "" });
      }
    }
    await report("graphql", rows, `${repetitions} requests each, one at a time, in turns; 10,000 products.`);
  } finally {
    await endChild(stack, ["SIGTERM", 20_000]);
    await rm(folder, { recursive: true, force: true });
  }
}
