// What the type checker has to know; tsc reads it with everything else, and it never runs.
import {
  type Address,
  type bookFitting,
  type CalendarRow,
  type Cart,
  type changeAddress,
  createNexusClient,
  type Enum,
  type NexusClient,
  type NexusError,
  type OwnReview,
  type quoteRental,
  type Row,
  recommendSize,
  type SizeAdvice,
  type saveAddress,
  searchProducts,
} from "@nexus/client";
import { expectTypeOf } from "vitest";

type Answer<F extends (...args: never[]) => Promise<unknown>> = Awaited<ReturnType<F>>;

expectTypeOf(createNexusClient).returns.toEqualTypeOf<NexusClient>();
expectTypeOf<Answer<typeof bookFitting>>().toEqualTypeOf<Row<"appointments">>();
// The generator says that every member may be null; the client has looked.
expectTypeOf<Answer<typeof quoteRental>["price"]>().toEqualTypeOf<number>();
expectTypeOf<Answer<typeof quoteRental>["next_free_first_day"]>().toEqualTypeOf<string | null>();
expectTypeOf<Answer<typeof searchProducts>["products"][number]["boutique"]>().toEqualTypeOf<{
  slug: string;
  name: string;
}>();
expectTypeOf<Cart["lines"][number]["problem"]>().toEqualTypeOf<string | null>();
expectTypeOf<CalendarRow["kind"]>().toEqualTypeOf<"garment" | "stylist" | "room">();
expectTypeOf<Address>().toExtend<Pick<Row<"addresses">, "line_1" | "postal_code" | "country">>();
expectTypeOf<Answer<typeof saveAddress>>().toEqualTypeOf<Address>();
expectTypeOf<Answer<typeof changeAddress>>().toEqualTypeOf<Address>();
// It may be hers and not on show any more.
expectTypeOf<null>().toExtend<OwnReview["product"]>();
expectTypeOf<OwnReview["photos"][number]>().toExtend<{ path: string; state: Enum<"media_state"> }>();
expectTypeOf<SizeAdvice["sizes"][number]["true"]>().toEqualTypeOf<number | null>();
expectTypeOf<Enum<"order_line_kind">>().toEqualTypeOf<"sale" | "rental" | "made_to_order">();
expectTypeOf<NexusError["code"]>().toEqualTypeOf<string>();

const nexus = createNexusClient("http://127.0.0.1", "key");
// @ts-expect-error there is no such sort
void searchProducts(nexus, { sort: "cheapest" });
// @ts-expect-error the API calls it weight_kg
void recommendSize(nexus, { productId: "", measurements: { weight: 60 } });
// @ts-expect-error there is no such table
void nexus.from("gowns");
// @ts-expect-error the period is missing
void nexus.rpc("quote_rental", { variant_id: "" });
