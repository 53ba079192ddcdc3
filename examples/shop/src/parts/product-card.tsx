import { type ProductCard as Card, pictureSources } from "@nexus/client";
import { money } from "../format.ts";
import { nexus } from "../nexus.ts";
import { gownPath, Link } from "../router.tsx";
import { GownPicture } from "./picture.tsx";
import { Stars } from "./stars.tsx";

/** A product in a list. */
export function ProductCard({ product, isFirst }: { product: Card; isFirst: boolean }) {
  const { name, boutique, designer, currency, rent_from, sale_from, rating } = product;
  return (
    <li class="card">
      <Link to={gownPath(product)}>
        <GownPicture
          sources={pictureSources(nexus, product)}
          alt={product.picture?.alt ?? name}
          sizes="(min-width: 60rem) 20rem, (min-width: 34rem) 33vw, 50vw"
          isFirst={isFirst}
        />
        <h2>{name}</h2>
      </Link>
      <p class="by">
        {designer?.label ?? boutique.name}
        {designer && <span class="quiet"> at {boutique.name}</span>}
      </p>
      <p class="price">
        {rent_from !== null && <span>Rent {money(rent_from, currency)} a day</span>}
        {sale_from !== null && <span class="quiet">Buy {money(sale_from, currency)}</span>}
      </p>
      {rating > 0 && <Stars rating={rating} />}
    </li>
  );
}
