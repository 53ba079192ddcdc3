/** Where it is installed: in a checkout, for development. It is 9 MB, which a deployed function should not have to load. */
const installed = "@graphql-yoga/render-graphiql";

interface Renderer {
  renderGraphiQL(options: Readonly<Record<string, unknown>>): string;
}

const defaultQuery = `# Headers (below) has the publishable key. To be somebody, add her access token:
# "authorization": "Bearer …"
{
  products(first: 3, filter: { listed: { eq: true } }) {
    nodes {
      name
      boutique { name }
      product_variants(first: 5) { nodes { size rental_price_per_day currency } }
    }
  }
}
`;

/** GraphiQL with everything that it needs in one page, so that it works without a network; undefined where it is not installed. */
export async function graphiqlPage(endpoint: string, publishableKey: string): Promise<string | undefined> {
  let renderer: Renderer;
  try {
    renderer = (await import(installed)) as Renderer;
  } catch {
    return undefined;
  }
  const headers = JSON.stringify({ apikey: publishableKey }, undefined, 2);
  return renderer.renderGraphiQL({
    endpoint,
    title: "Nexus",
    headers,
    defaultQuery,
    shouldPersistHeaders: true,
    credentials: "omit",
  });
}
