import { type ProductFilters, productFacets, searchProducts } from "@nexus/client";
import { useState } from "preact/hooks";
import { nexus } from "../nexus.ts";
import { Filters, filterNames } from "../parts/filters.tsx";
import { Problem } from "../parts/notice.tsx";
import { ProductCard } from "../parts/product-card.tsx";
import { go } from "../router.tsx";
import { useData } from "../use-data.ts";
import { useTitle } from "../use-title.ts";

const sorts = { relevance: "Best match", new: "Newest", rating: "Best rated" } as const;

/** All gowns, by words and filters. The address says which, so that a search can be shared and gone back to. */
export function Browse({ address }: { address: URL }) {
  useTitle("Gowns");
  const chosen = address.searchParams;
  const q = chosen.get("q") ?? "";
  const filters = filtersOf(chosen);
  const sort = Object.keys(sorts).find((name) => name === chosen.get("sort")) as keyof typeof sorts | undefined;
  const found = useData(
    (signal) => searchProducts(nexus, { q, filters, sort: sort ?? "relevance" }, { signal }),
    [address.search],
  );
  const facets = useData((signal) => productFacets(nexus, { q, filters }, { signal }), [address.search]);
  const products = found.data?.products ?? [];
  const days = [chosen.get("free_from"), chosen.get("free_until")].filter(Boolean).length;

  return (
    <>
      <section class="hero">
        <p class="eyebrow">Rent · Buy · Try on</p>
        <h1>The gown you will remember</h1>
        <search>
          <SearchForm key={address.search} chosen={chosen} />
        </search>
      </section>
      <div class="browse">
        <aside aria-label="Filters">
          <details class="fold" open={matchMedia("(min-width: 60rem)").matches}>
            <summary>Filters</summary>
            <Filters facets={facets.data?.facets ?? {}} chosen={chosen} />
          </details>
        </aside>
        <section aria-label="Gowns" aria-busy={found.isLoading}>
          <div class="bar">
            <p role="status">
              {found.data &&
                `${products.length}${found.data.next ? "+" : ""} ${products.length === 1 ? "piece" : "pieces"}`}
              {found.data?.corrected && <> for “{found.data.corrected}”</>}
              {days === 2 && " free on your days"}
            </p>
            <label>
              <span class="unseen">Sort by</span>
              <select
                value={sort ?? "relevance"}
                onChange={(event) => go(withParam(chosen, "sort", event.currentTarget.value))}
              >
                {Object.entries(sorts).map(([value, text]) => (
                  <option key={value} value={value}>
                    {text}
                  </option>
                ))}
              </select>
            </label>
          </div>
          <Problem error={found.error} />
          {found.data && products.length === 0 && <p class="nothing">No gown fits all of this. Take a filter away.</p>}
          <ul class="cards">
            {products.map((product, index) => (
              <ProductCard key={product.id} product={product} isFirst={index < 4} />
            ))}
          </ul>
        </section>
      </div>
    </>
  );
}

function SearchForm({ chosen }: { chosen: URLSearchParams }) {
  const [first, setFirst] = useState(chosen.get("free_from") ?? "");
  return (
    <form
      class="search"
      onSubmit={(event) => {
        event.preventDefault();
        const next = new URLSearchParams(chosen);
        for (const [name, value] of new FormData(event.currentTarget)) {
          if (value === "") next.delete(name);
          else next.set(name, String(value));
        }
        // A single day is a period too.
        if (next.has("free_from") && !next.has("free_until")) next.set("free_until", next.get("free_from") ?? "");
        if (!next.has("free_from")) next.delete("free_until");
        go(`/?${next}`);
      }}
    >
      <label class="words">
        <span>What are you looking for?</span>
        <input
          name="q"
          type="search"
          placeholder="Lace, mermaid, ivory …"
          value={chosen.get("q") ?? ""}
          maxLength={200}
        />
      </label>
      <label>
        <span>Free from</span>
        <input name="free_from" type="date" value={first} onInput={(event) => setFirst(event.currentTarget.value)} />
      </label>
      <label>
        <span>until</span>
        <input name="free_until" type="date" min={first} value={chosen.get("free_until") ?? ""} />
      </label>
      <button type="submit">Search</button>
    </form>
  );
}

function filtersOf(chosen: URLSearchParams): ProductFilters {
  const filters: Record<string, unknown> = {};
  const attributes: Record<string, string[]> = {};
  for (const name of Object.keys(filterNames)) {
    const values = chosen.getAll(name);
    if (values.length === 0) continue;
    if (name.startsWith("attributes.")) attributes[name.slice("attributes.".length)] = values;
    else filters[name] = values;
  }
  for (const name of ["free_from", "free_until"]) if (chosen.has(name)) filters[name] = chosen.get(name);
  return { ...filters, ...(Object.keys(attributes).length > 0 ? { attributes } : {}) };
}

function withParam(params: URLSearchParams, name: string, value: string): string {
  const next = new URLSearchParams(params);
  next.set(name, value);
  return `/?${next}`;
}
