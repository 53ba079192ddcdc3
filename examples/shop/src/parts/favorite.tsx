import { myFavorites, setFavorite } from "@nexus/client";
import { nexus } from "../nexus.ts";
import { useSession } from "../session.tsx";
import { useAction, useData } from "../use-data.ts";

/** A heart for who is signed in. */
export function Favorite({ productId, name }: { productId: string; name: string }) {
  const { user } = useSession();
  const liked = useData(async (signal) => (user ? await myFavorites(nexus, { signal }) : []), [user?.id]);
  const isLiked = liked.data?.includes(productId) ?? false;
  const toggle = useAction(async () => {
    await setFavorite(nexus, { productId, liked: !isLiked });
    liked.reload();
  });
  if (!user) return null;
  return (
    <button
      type="button"
      class="heart"
      aria-pressed={isLiked}
      aria-label={`I like ${name}`}
      onClick={() => void toggle.run()}
    >
      {isLiked ? "♥" : "♡"}
    </button>
  );
}
