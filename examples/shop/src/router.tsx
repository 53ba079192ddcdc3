import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { base } from "./nexus.ts";

/** Where the visitor is, below the base: `/gowns/almaz-bridal/genet?size=38`. */
export function useAddress(): URL {
  const [address, setAddress] = useState(here);
  useEffect(() => {
    const onMove = () => setAddress(here());
    addEventListener("popstate", onMove);
    return () => removeEventListener("popstate", onMove);
  }, []);
  return address;
}

function here(): URL {
  const url = new URL(location.href);
  url.pathname = `/${url.pathname.slice(base.length)}`;
  return url;
}

/** The address of a page in the browser: `/cart` is `/shop/cart`. */
export function href(path: string): string {
  return base + path.replace(/^\//, "");
}

/** The whole address, for mails and payment providers that lead back. */
export function absolute(path: string): string {
  return new URL(href(path), location.origin).href;
}

/** The page of a gown. */
export function gownPath(product: { readonly slug: string; readonly boutique: { readonly slug: string } }): string {
  return `/gowns/${product.boutique.slug}/${product.slug}`;
}

/** Goes to a page. With `replace`, Back does not come here again. */
export function go(path: string, options: { replace?: boolean } = {}): void {
  const isOtherPage = new URL(href(path), location.href).pathname !== location.pathname;
  history[options.replace ? "replaceState" : "pushState"](null, "", href(path));
  dispatchEvent(new PopStateEvent("popstate"));
  if (!isOtherPage) return;
  scrollTo({ top: 0, behavior: "instant" });
  // Readers of screens begin at the top of the new page.
  requestAnimationFrame(() => document.querySelector<HTMLElement>("main")?.focus({ preventScroll: true }));
}

/** A link within the shop. */
export function Link(props: { to: string; class?: string; current?: boolean; children: ComponentChildren }) {
  const { to, current, children } = props;
  return (
    <a
      href={href(to)}
      class={props.class}
      aria-current={current ? "page" : undefined}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        go(to);
      }}
    >
      {children}
    </a>
  );
}
