import type { ComponentChildren } from "preact";
import { nexus } from "./nexus.ts";
import { go, Link } from "./router.tsx";
import { useSession } from "./session.tsx";

/** What stands around every page. */
export function Layout({ section, children }: { section: string; children: ComponentChildren }) {
  const { user, work } = useSession();
  return (
    <>
      <a class="skip" href="#content">
        To the content
      </a>
      <header class="top">
        <Link to="/" class="brand">
          Maison
        </Link>
        <nav aria-label="Shop">
          <Link to="/" current={section === ""}>
            Gowns
          </Link>
          {user && (
            <Link to="/bookings" current={section === "bookings"}>
              My bookings
            </Link>
          )}
          {(work.data?.length ?? 0) > 0 && (
            <Link to="/staff" current={section === "staff"}>
              Day view
            </Link>
          )}
          <Link to="/cart" current={section === "cart"}>
            Cart
          </Link>
          {user ? (
            <button type="button" class="plain" onClick={() => void nexus.auth.signOut().then(() => go("/"))}>
              Sign out
            </button>
          ) : (
            <Link to="/sign-in" current={section === "sign-in"}>
              Sign in
            </Link>
          )}
        </nav>
      </header>
      <main id="content" tabIndex={-1}>
        {children}
      </main>
      <footer class="bottom">
        <p>An example shop on Nexus. Gowns, prices and people are made up.</p>
      </footer>
    </>
  );
}
