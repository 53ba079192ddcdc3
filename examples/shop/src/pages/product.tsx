import { addToCart, getProduct, type ProductPage } from "@nexus/client";
import { useState } from "preact/hooks";
import { label, money } from "../format.ts";
import { nexus } from "../nexus.ts";
import { Favorite } from "../parts/favorite.tsx";
import { FittingForm } from "../parts/fitting-form.tsx";
import { Problem } from "../parts/notice.tsx";
import { GownPicture } from "../parts/picture.tsx";
import { RentForm } from "../parts/rent-form.tsx";
import { Reviews } from "../parts/reviews.tsx";
import { SizeFinder } from "../parts/size-finder.tsx";
import { Switch } from "../parts/switch.tsx";
import { go, Link } from "../router.tsx";
import { askToSignIn, useSession } from "../session.tsx";
import { loadShop, type Shop } from "../shop.ts";
import { useAction, useData } from "../use-data.ts";
import { useTitle } from "../use-title.ts";

/** A gown: pictures, what it is, and three ways to have it. */
export function Product({ boutique, slug }: { boutique: string; slug: string }) {
  const product = useData((signal) => getProduct(nexus, { boutique, product: slug }, { signal }), [boutique, slug]);
  const shop = useData((signal) => loadShop(boutique, signal), [boutique]);
  useTitle(product.data?.name ?? "Gown");
  const error = product.error ?? shop.error;
  if (error !== undefined) {
    return (
      <section class="narrow">
        <h1>This gown is not on show</h1>
        <Problem error={error} />
        <Link to="/" class="button">
          To the gowns
        </Link>
      </section>
    );
  }
  if (product.data === undefined || shop.data === undefined) return <p class="nothing" aria-busy="true" />;
  return <Gown product={product.data} shop={shop.data} path={`/gowns/${boutique}/${slug}`} />;
}

const ways = { rent: "Rent", fitting: "Try on", buy: "Buy" } as const;

function Gown({ product, shop, path }: { product: ProductPage; shop: Shop; path: string }) {
  const [way, setWay] = useState<keyof typeof ways>("rent");
  const [variantId, setVariantId] = useState((product.variants[1] ?? product.variants[0])?.id);
  const variant = product.variants.find(({ id }) => id === variantId);
  const { name, designer, category, description, attributes } = product;
  return (
    <>
      <div class="product">
        <Gallery product={product} />
        <div class="facts">
          <p class="eyebrow">{category?.name}</p>
          <div class="title">
            <h1>{name}</h1>
            <Favorite productId={product.id} name={name} />
          </div>
          <p class="by">
            {designer && `${designer.label}, `}at {product.boutique.name}
          </p>
          <p class="lead">{description}</p>
          <ul class="tags" aria-label="Details">
            {Object.entries(attributes).map(([key, value]) => (
              <li key={key}>
                <span class="quiet">{label(key)}</span> {Array.isArray(value) ? value.join(", ") : String(value)}
              </li>
            ))}
          </ul>
          <fieldset class="sizes">
            <legend>Size</legend>
            {product.variants.map(({ id, size }) => (
              <label key={id} class="chip">
                <input type="radio" name="size" checked={id === variantId} onChange={() => setVariantId(id)} />
                <span>{size}</span>
              </label>
            ))}
          </fieldset>
          {product.variants.length > 1 && <SizeFinder product={product} chosen={variant} onChoose={setVariantId} />}
          <div class="ways">
            <Switch legend="How would you like it?" ways={ways} chosen={way} onChoose={(key) => setWay(key)} />
            {variant && way === "rent" && (
              <RentForm key={variant.id} product={product} variant={variant} timezone={shop.timezone} path={path} />
            )}
            {variant && way === "fitting" && <FittingForm shop={shop} variant={variant} path={path} />}
            {variant && way === "buy" && <BuyForm variant={variant} path={path} />}
          </div>
        </div>
      </div>
      <Reviews productId={product.id} />
    </>
  );
}

function Gallery({ product: { media, name } }: { product: ProductPage }) {
  const [shown, setShown] = useState(0);
  const picture = media[shown];
  return (
    <div class="gallery">
      <GownPicture
        sources={picture?.renditions ?? []}
        alt={picture?.alt ?? name}
        sizes="(min-width: 60rem) 36rem, 100vw"
        isFirst
      />
      {media.length > 1 && (
        <ul aria-label="Pictures">
          {media.map(({ url, alt, renditions }, index) => (
            <li key={url}>
              <button
                type="button"
                aria-label={`Show: ${alt}`}
                aria-pressed={index === shown}
                onClick={() => setShown(index)}
              >
                <img src={renditions[0]?.url ?? url} alt="" loading="lazy" />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function BuyForm({ variant, path }: { variant: ProductPage["variants"][number]; path: string }) {
  const { user } = useSession();
  const add = useAction(async () => {
    if (!user) return askToSignIn(path);
    await addToCart(nexus, { variantId: variant.id, kind: "sale" });
    go("/cart");
  });
  if (variant.sale_price === null) return <p class="nothing">This size is not for sale.</p>;
  return (
    <div class="buy">
      <p class="big">{money(variant.sale_price, variant.currency)}</p>
      <p class="hint">A piece in size {variant.size} from the boutique, yours for good.</p>
      <Problem error={add.error} />
      <button type="button" class="wide" disabled={add.isBusy} onClick={() => void add.run()}>
        {user === null ? "Sign in and buy" : "Put it into the cart"}
      </button>
    </div>
  );
}
