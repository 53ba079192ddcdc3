import { myPermissions } from "@nexus/client";
import type { User } from "@supabase/supabase-js";
import { type ComponentChild, type ComponentChildren, createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import { nexus } from "./nexus.ts";
import { go } from "./router.tsx";
import { type Loaded, useData } from "./use-data.ts";

type Permissions = Awaited<ReturnType<typeof myPermissions>>;
interface Session {
  /** Undefined until it is known, null when nobody is signed in. */
  readonly user: User | null | undefined;
  /** The boutiques that she works for. */
  readonly work: Loaded<Permissions>;
}

const Current = createContext<Session | null>(null);

/** Knows who is signed in, for all pages. A mailed link signs in by itself: its session is in the address. */
export function SessionProvider({ children }: { children: ComponentChildren }) {
  const [user, setUser] = useState<User | null>();
  useEffect(() => {
    const { data } = nexus.auth.onAuthStateChange((_event, session) => setUser(session?.user ?? null));
    return () => data.subscription.unsubscribe();
  }, []);
  const id = user?.id;
  const work = useData(async (signal) => (id === undefined ? [] : await myPermissions(nexus, { signal })), [id]);
  return <Current.Provider value={{ user, work }}>{children}</Current.Provider>;
}

export function useSession(): Session {
  const session = useContext(Current);
  if (session === null) throw new Error("Put the page into a SessionProvider.");
  return session;
}

/** Leads to the sign-in, and from there back to where the visitor is. */
export function askToSignIn(backTo: string): void {
  go(`/sign-in?next=${encodeURIComponent(backTo)}`);
}

/** A page for who is signed in. */
export function SignedIn({ path, children }: { path: string; children: () => ComponentChild }) {
  const { user } = useSession();
  useEffect(() => {
    if (user === null) go(`/sign-in?next=${encodeURIComponent(path)}`, { replace: true });
  }, [user, path]);
  return <>{user && children()}</>;
}
