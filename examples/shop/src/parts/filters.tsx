import { label } from "../format.ts";
import { go } from "../router.tsx";

/** A facet as `product_facets` counts it. */
type Facets = Readonly<Record<string, readonly { value: string; label?: string | undefined; count: number }[]>>;

/** What the address may say of a search, and what it is called on the page. */
export const filterNames = {
  category: "Kind",
  "attributes.silhouette": "Silhouette",
  "attributes.fabric": "Fabric",
  "attributes.neckline": "Neckline",
  size: "Size",
  designer: "Designer",
  boutique: "Boutique",
} as const;
export type FilterName = keyof typeof filterNames;

/** Filters as boxes to tick, with how many gowns each would leave. The address keeps what is chosen. */
export function Filters({ facets, chosen }: { facets: Facets; chosen: URLSearchParams }) {
  const toggle = (name: string, value: string, isOn: boolean) => {
    const next = new URLSearchParams(chosen);
    next.delete(name);
    for (const other of chosen.getAll(name)) if (other !== value) next.append(name, other);
    if (isOn) next.append(name, value);
    go(`/?${next}`, { replace: true });
  };
  return (
    <div class="filters">
      {Object.entries(filterNames).map(([name, title]) => {
        const entries = facets[name] ?? [];
        if (entries.length < 2 && !chosen.has(name)) return null;
        return (
          <details key={name} open={name === "category" || name === "attributes.silhouette" || chosen.has(name)}>
            <summary>{title}</summary>
            <fieldset>
              <legend class="unseen">{title}</legend>
              {entries.slice(0, 8).map(({ value, label: text, count }) => (
                <label key={value}>
                  <input
                    type="checkbox"
                    checked={chosen.getAll(name).includes(value)}
                    onChange={(event) => toggle(name, value, event.currentTarget.checked)}
                  />
                  <span>{text ?? label(value)}</span>
                  <span class="quiet count">{count}</span>
                </label>
              ))}
            </fieldset>
          </details>
        );
      })}
    </div>
  );
}
