import { Link } from "../router.tsx";
import { useTitle } from "../use-title.ts";

export function NotFound() {
  useTitle("Not here");
  return (
    <section class="narrow">
      <h1>There is nothing here</h1>
      <p>The page may have moved, or the gown is no longer shown.</p>
      <Link to="/" class="button">
        To the gowns
      </Link>
    </section>
  );
}
