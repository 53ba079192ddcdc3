import { decimalsOf } from "../_shared/money.ts";
import type { ProductPage } from "./catalog.ts";

/** A product as search engines read it: schema.org Product with an offer for each variant, as JSON-LD. */
export function structuredData(product: ProductPage, address: string): Record<string, unknown> {
  const offers = product.variants.flatMap((variant) => [
    ...(product.for_sale && variant.sale_price !== null
      ? [offer(variant.sale_price, variant, "https://purl.org/goodrelations/v1#Sell")]
      : []),
    ...(product.for_rent && variant.rental_price_per_day !== null
      ? [offer(variant.rental_price_per_day, variant, "https://purl.org/goodrelations/v1#LeaseOut", "DAY")]
      : []),
  ]);
  return {
    "@context": "https://schema.org",
    "@type": "Product",
    "@id": address,
    url: address,
    name: product.name,
    ...(product.description === "" ? {} : { description: product.description }),
    ...(product.designer === null ? {} : { brand: { "@type": "Brand", name: product.designer.label } }),
    ...(product.category === null ? {} : { category: product.category.name }),
    ...(product.media.length === 0 ? {} : { image: product.media.map(({ url }) => url) }),
    additionalProperty: Object.entries(product.attributes ?? {}).flatMap(([name, value]) =>
      [value].flat().map((one) => ({ "@type": "PropertyValue", name, value: one })),
    ),
    offers: offers.map((one) => ({
      ...one,
      url: address,
      seller: { "@type": "Organization", name: product.boutique.name },
    })),
  };
}

function offer(
  minorUnits: number,
  { sku, size, color, currency }: { sku: string; size: string; color: string; currency: string },
  businessFunction: string,
  unitCode?: string,
): Record<string, unknown> {
  const price = (minorUnits / 10 ** decimalsOf(currency)).toFixed(decimalsOf(currency));
  return {
    "@type": "Offer",
    sku,
    itemOffered: { "@type": "Product", size, ...(color === "" ? {} : { color }) },
    businessFunction,
    ...(unitCode === undefined
      ? { price, priceCurrency: currency }
      : { priceSpecification: { "@type": "UnitPriceSpecification", price, priceCurrency: currency, unitCode } }),
  };
}
