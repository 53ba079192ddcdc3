// Run by Deno in client.test.ts: the client as an edge function or a script of somebody would use it.
import process from "node:process";
import { createNexusClient, getProduct, NexusError, searchProducts } from "@nexus/client";

const { NEXUS_URL = "", NEXUS_KEY = "", BOUTIQUE = "", PRODUCT = "" } = process.env;
const nexus = createNexusClient(NEXUS_URL, NEXUS_KEY, { auth: { persistSession: false, autoRefreshToken: false } });
const { products } = await searchProducts(nexus, { q: "margaux" });
const page = await getProduct(nexus, { boutique: BOUTIQUE, product: PRODUCT });
const refused = await getProduct(nexus, { boutique: BOUTIQUE, product: "nothing" }).catch((error: unknown) => error);
const answer = {
  found: products.map(({ name }) => name),
  page: page.name,
  refusal: refused instanceof NexusError ? refused.code : "none",
};
process.stdout.write(JSON.stringify(answer));
