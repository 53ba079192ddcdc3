import { z } from "zod";
import { StackError } from "../../stack/errors.ts";
import { type CsvRow, openCsv } from "../dataset.ts";

const columns = ["customer.id", "outfit.id", "rentalPeriod.start", "rentalPeriod.end"] as const;

const rowSchema = z.object({
  "outfit.id": z.string().trim().min(1).max(80),
  "rentalPeriod.start": z.iso.date(),
  "rentalPeriod.end": z.iso.date(),
});

/** One order of the data set. The last day may lie before the first: the file is as dirty as it was published. */
export interface Order {
  /** Place in the file, from 1. */
  readonly row: number;
  readonly outfit: string;
  /** First rental day, YYYY-MM-DD. */
  readonly first: string;
  /** Last rental day, included. */
  readonly last: string;
}

/**
 * Reads the orders in file order.
 *
 * @throws {StackError} when the file is missing or is not the expected one
 */
export async function readOrders(file: string, options: { maxRows?: number } = {}): Promise<Order[]> {
  const csv = await openCsv(file, ";", columns);
  const orders: Order[] = [];
  for await (const row of csv.rows) {
    orders.push(toOrder(file, row, orders.length + 1));
    if (orders.length === options.maxRows) break;
  }
  if (orders.length === 0 || csv.broken() > 0) {
    throw new StackError(`${file} has ${csv.broken()} broken rows and ${orders.length} others.`, "Download it again.");
  }
  return orders;
}

function toOrder(file: string, row: CsvRow, number: number): Order {
  const result = rowSchema.safeParse(row);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new StackError(
      `Row ${number} of ${file} has no usable ${String(issue?.path[0])}: ${issue?.message}.`,
      "Download the file again.",
    );
  }
  const { data } = result;
  return { row: number, outfit: data["outfit.id"], first: data["rentalPeriod.start"], last: data["rentalPeriod.end"] };
}
