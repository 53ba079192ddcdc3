// What a size of a product and a body come to in numbers. private.fit_scores (sql/79_size_advice.sql) says the same in SQL, and a
// test holds the two together: a change here is a change there.
import { MEASURES } from "./measures.ts";

/** Sums over wearings of one thing, such as a product, of which the older count less. */
export interface Rate {
  readonly n: number;
  readonly small: number;
  readonly large: number;
  /** Of the wearings whose body is known: how many, and the sum of place of the size - index of the body. */
  readonly known: number;
  readonly gap: number;
  /** Sum of the places of the sizes worn. */
  readonly place: number;
}
export const NO_RATE: Rate = { n: 0, small: 0, large: 0, known: 0, gap: 0, place: 0 };

/** What somebody has said before, in sums. A person's own, and part of no model. */
export interface History {
  count: number;
  /** Found small - found large - what was to be expected of these products. */
  lean: number;
  /** Wearings whose gap is known, and the sum of their gaps, each from the product's and corrected by how it fell. */
  known: number;
  gap: number;
  /** Sum of the places of the sizes worn, each corrected by how it fell. */
  place: number;
}

/** What a size that fell small or large was off, on the scale of places. */
export const STEP = 0.4;

/** How many wearings of the wider thing count into the rate of the narrower one. */
export const SHRINK = { base: 30, category: 50, product: 20, size: 10, gap: 5 } as const;

export const FEATURES = [
  "label_small",
  "label_large",
  "product_small",
  "product_large",
  "product_count",
  "size_small",
  "size_large",
  "size_count",
  "size_place",
  "place",
  "gap",
  "product_gap",
  "size_gap",
  "own_gap",
  "own_step",
  "own_lean",
  "own_count",
  "body",
  ...MEASURES,
] as const;

export interface Question {
  /** As KINDS: all, size, category, category and size, product, product and size. */
  readonly rates: readonly Rate[];
  /** Place of the size; NaN when nobody has worn it. */
  readonly place: number;
  /** Index of the body; NaN when it is unknown. */
  readonly index: number;
  readonly body: ArrayLike<number>;
  readonly history: History | undefined;
}

/** Values in the order of FEATURES; NaN is unknown. */
export function featuresOf({ rates, place, index, body, history }: Question, into: Float64Array): Shares {
  const [all, label, category, labelHere, product, size] = rates as readonly [Rate, Rate, Rate, Rate, Rate, Rate];
  const shares = sharesOf(all, category, product);
  const gap = place - index;
  const [labelSmall, labelLarge] = (["small", "large"] as const).map((fit) => {
    const overall = (label[fit] + SHRINK.base * shares[`all_${fit}`]) / (label.n + SHRINK.base);
    return (labelHere[fit] + SHRINK.base * overall) / (labelHere.n + SHRINK.base);
  });
  const sizeGap = (size.gap + SHRINK.gap * shares.gap) / (size.known + SHRINK.gap);
  const productPlace = (product.place + SHRINK.gap * place) / (product.n + SHRINK.gap);
  into[0] = labelSmall ?? 0;
  into[1] = labelLarge ?? 0;
  into[2] = shares.small;
  into[3] = shares.large;
  into[4] = Math.log(1 + product.n);
  into[5] = (size.small + SHRINK.size * shares.small) / (size.n + SHRINK.size);
  into[6] = (size.large + SHRINK.size * shares.large) / (size.n + SHRINK.size);
  into[7] = Math.log(1 + size.n);
  into[8] = place - productPlace;
  into[9] = place;
  into[10] = gap;
  into[11] = gap - shares.gap;
  into[12] = gap - sizeGap;
  into[13] = gap - shares.gap - (history === undefined ? 0 : history.gap / (history.known + 1));
  into[14] = history === undefined || history.count === 0 ? Number.NaN : place - history.place / history.count;
  into[15] = history === undefined ? 0 : history.lean / (history.count + 2);
  into[16] = history === undefined ? 0 : Math.log(1 + history.count);
  into[17] = index;
  for (let m = 0; m < MEASURES.length; m += 1) into[18 + m] = body[m] ?? Number.NaN;
  return shares;
}

/** How a product falls, as far as that is known. */
export interface Shares {
  readonly all_small: number;
  readonly all_large: number;
  readonly small: number;
  readonly large: number;
  /** Mean gap of those who wear it. */
  readonly gap: number;
}

export function sharesOf(all: Rate, category: Rate, product: Rate): Shares {
  // As if one in seven had found it small and one large before anybody spoke.
  const [allSmall, allLarge] = [(all.small + 1) / (all.n + 7), (all.large + 1) / (all.n + 7)];
  const within = (fit: "small" | "large", overall: number) =>
    (product[fit] + (SHRINK.product * (category[fit] + SHRINK.category * overall)) / (category.n + SHRINK.category)) /
    (product.n + SHRINK.product);
  const categoryGap = category.gap / (category.known + SHRINK.category);
  return {
    all_small: allSmall,
    all_large: allLarge,
    small: within("small", allSmall),
    large: within("large", allLarge),
    gap: (product.gap + SHRINK.product * categoryGap) / (product.known + SHRINK.product),
  };
}

/** Adds to what somebody has said before. */
export function remember(history: History, fit: number, place: number, index: number, shares: Shares): void {
  const direction = fit === 0 ? 1 : fit === 2 ? -1 : 0;
  history.count += 1;
  history.lean += direction - (shares.small - shares.large);
  history.place += place + STEP * direction;
  if (Number.isNaN(index)) return;
  history.known += 1;
  history.gap += place - index - shares.gap + STEP * direction;
}

export const noHistory = (): History => ({ count: 0, lean: 0, known: 0, gap: 0, place: 0 });
