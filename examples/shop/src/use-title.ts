import { useEffect } from "preact/hooks";

/** Names the page in the tab and for readers of screens. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Maison`;
  }, [title]);
}
