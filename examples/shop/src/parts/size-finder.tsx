import {
  forgetMeasurements,
  myMeasurements,
  type ProductPage,
  recommendSize,
  type SizeAdvice,
  saveMeasurements,
} from "@nexus/client";
import { useState } from "preact/hooks";
import { nexus } from "../nexus.ts";
import { useSession } from "../session.tsx";
import { useAction, useData } from "../use-data.ts";
import { Measures, readMeasures } from "./measures.tsx";
import { Problem } from "./notice.tsx";

type Variant = ProductPage["variants"][number];

/** Which size to take, from measurements that she gives or has saved. Nothing is asked before it is opened. */
export function SizeFinder(props: { product: ProductPage; chosen: Variant | undefined; onChoose(id: string): void }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="finder" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Find my size</summary>
      {isOpen && <Finder {...props} />}
    </details>
  );
}

function Finder(props: { product: ProductPage; chosen: Variant | undefined; onChoose(id: string): void }) {
  const { product, chosen, onChoose } = props;
  const { user } = useSession();
  // Undefined until it is known who she is and what she has saved.
  const saved = useData(async (signal) => user && (await myMeasurements(nexus, { signal })), [user?.id, user === null]);
  const [advice, setAdvice] = useState<SizeAdvice>();
  const find = useAction(async (form: FormData) => {
    const measurements = readMeasures(form);
    if (form.has("remember")) {
      await saveMeasurements(nexus, measurements);
      saved.reload();
    }
    setAdvice(await recommendSize(nexus, { productId: product.id, measurements }));
  });
  const forget = useAction(async () => {
    await forgetMeasurements(nexus);
    saved.reload();
  });
  if (saved.data === undefined) return <Problem error={saved.error} />;
  return (
    <>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void find.run(new FormData(event.currentTarget));
        }}
      >
        <p class="hint">As many as you know. A weight or one girth is needed.</p>
        <Measures saved={saved.data} />
        {user && (
          <label class="choice">
            <input type="checkbox" name="remember" />
            <span>Remember them for me. Nobody else sees them, the boutique neither.</span>
          </label>
        )}
        <Problem error={find.error ?? forget.error} />
        <div class="acts">
          <button type="submit" class="small" disabled={find.isBusy}>
            Which size?
          </button>
          {saved.data && (
            <button type="button" class="plain" disabled={forget.isBusy} onClick={() => void forget.run()}>
              Forget what is saved
            </button>
          )}
        </div>
      </form>
      <div class="advice" role="status">
        {advice && <Advice advice={advice} product={product} chosen={chosen} onChoose={onChoose} />}
      </div>
    </>
  );
}

function Advice(props: {
  advice: SizeAdvice;
  product: ProductPage;
  chosen: Variant | undefined;
  onChoose(id: string): void;
}) {
  const { basis, confidence, recommended, sizes } = props.advice;
  const variant = props.product.variants.find(({ size }) => size === recommended);
  if (recommended === null) {
    return <p>There is not enough data to name a size for you. Try it on, or ask the boutique.</p>;
  }
  const pieces = sizes.find(({ size }) => size === recommended)?.variants ?? [];
  return (
    <>
      <p class="big">Size {recommended}</p>
      {basis === "size_chart" ? (
        <p>
          {confidence === "low"
            ? "By the designer's chart it is the nearest to your measurements, which are not all within it."
            : "By the designer's chart it is cut for your measurements."}{" "}
          There is not enough data on how it falls on others.
        </p>
      ) : (
        <>
          <p>
            {confidence === "good" ? "Many" : "A few"} who have worn it have said how it falls. On somebody of your
            measurements it would be:
          </p>
          <Chances sizes={sizes} />
        </>
      )}
      {!pieces.some(({ in_stock, for_rent }) => in_stock || for_rent) && (
        <p class="quiet">There is no piece of it at the moment.</p>
      )}
      {variant && (
        <button
          type="button"
          class="small"
          disabled={props.chosen?.size === recommended}
          onClick={() => props.onChoose(variant.id)}
        >
          {props.chosen?.size === recommended ? `Size ${recommended} is chosen` : `Take size ${recommended}`}
        </button>
      )}
    </>
  );
}

function Chances({ sizes }: { sizes: SizeAdvice["sizes"] }) {
  return (
    <table class="chances">
      <thead>
        <tr>
          <th scope="col">Size</th>
          <th scope="col">too small</th>
          <th scope="col">right</th>
          <th scope="col">too large</th>
        </tr>
      </thead>
      <tbody>
        {sizes.map(({ size, small, true: right, large, recommended }) => (
          <tr key={size} class={recommended ? "best" : undefined}>
            <th scope="row">{size}</th>
            {small === null || right === null || large === null ? (
              <td colSpan={3}>not enough data</td>
            ) : (
              [small, right, large].map((share, index) => <td key={index}>{percent(share)}</td>)
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Never 0 % or 100 %: nothing is certain. */
function percent(share: number): string {
  if (share < 0.01) return "under 1 %";
  if (share > 0.99) return "over 99 %";
  return `${Math.round(share * 100)} %`;
}
