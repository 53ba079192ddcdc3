import { GraphQLBoolean, GraphQLFloat, GraphQLInt, GraphQLScalarType, GraphQLString, type ValueNode } from "graphql";
import { badInput } from "./errors.ts";

/** A value that goes as text in both directions; Postgres knows its form. */
function textScalar(name: string, description: string, form?: RegExp): GraphQLScalarType<string> {
  const read = (value: unknown): string => {
    if (typeof value === "string" && (form?.test(value) ?? true)) return value;
    throw badInput("invalid_input", `${JSON.stringify(value)?.slice(0, 100)} is no ${name}. ${description}`);
  };
  return new GraphQLScalarType<string>({ name, description, coerceInputValue: read, coerceOutputValue: String });
}

const bigInt = new GraphQLScalarType<number | string>({
  name: "BigInt",
  description:
    "A whole number of 64 bits, such as an amount in minor units. A number where JavaScript holds it exactly (up to 9007199254740991), a text of digits beyond. Both are taken.",
  coerceInputValue: exact,
  coerceInputLiteral: (node) => exact("value" in node ? node.value : undefined),
  coerceOutputValue: exact,
});

const json = new GraphQLScalarType<unknown>({
  name: "JSON",
  description: "Any JSON value.",
  coerceInputValue: (value) => value,
  coerceInputLiteral: fromLiteral,
  coerceOutputValue: (value) => value,
});

const uuid = textScalar(
  "UUID",
  "Such as 00000000-0000-7000-8000-00000000e001.",
  /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
);
const dateTime = textScalar("DateTime", "A moment in ISO 8601 with its offset: 2027-06-04T09:00:00+00:00.");
const date = textScalar("Date", "A day: 2027-06-04.", /^\S+$/);
const time = textScalar("Time", "A time of day: 09:00:00.");
const decimal = new GraphQLScalarType<string>({
  name: "Decimal",
  description: "A decimal number as text, so that no digit is lost. A number is taken too.",
  coerceInputValue: decimalText,
  coerceInputLiteral: (node) => decimalText("value" in node ? node.value : undefined),
  coerceOutputValue: String,
});

const ranges = ["daterange", "int4range", "int8range", "numrange", "tsrange", "tstzrange"];
const rangeNames = ["DateRange", "IntRange", "BigIntRange", "DecimalRange", "LocalDateTimeRange", "TstzRange"];

/** By the name of the type in Postgres. What is missing here, and is no enum and no row, goes as text. */
export const scalars: Readonly<Record<string, GraphQLScalarType>> = {
  bool: GraphQLBoolean,
  int2: GraphQLInt,
  int4: GraphQLInt,
  int8: bigInt,
  numeric: decimal,
  float4: GraphQLFloat,
  float8: GraphQLFloat,
  json,
  jsonb: json,
  uuid,
  date,
  time,
  timestamptz: dateTime,
  void: GraphQLBoolean,
  ...Object.fromEntries(
    ranges.map((type, n) => [
      type,
      textScalar(rangeNames[n] ?? type, "A range as Postgres writes it: [ and ] include the bound, ( and ) do not."),
    ]),
  ),
};

export const scalarOf = (type: string): GraphQLScalarType => scalars[type] ?? GraphQLString;
export const isRange = (type: string): boolean => ranges.includes(type);
/** Types whose digits JSON would lose: the Data API is asked for their text. */
export const isExact = (type: string): boolean => type === "int8" || type === "numeric";

function exact(value: unknown): number | string {
  const text = typeof value === "number" || typeof value === "bigint" ? String(value) : value;
  if (typeof text !== "string" || !/^-?\d{1,19}$/.test(text)) {
    throw badInput("invalid_input", `${JSON.stringify(value)?.slice(0, 100)} is no whole number of 64 bits.`);
  }
  return Number.isSafeInteger(Number(text)) ? Number(text) : text;
}

function decimalText(value: unknown): string {
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text === "string" && /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text)) return text;
  throw badInput("invalid_input", `${JSON.stringify(value)?.slice(0, 100)} is no decimal number.`);
}

function fromLiteral(node: ValueNode): unknown {
  switch (node.kind) {
    case "ObjectValue":
      return Object.fromEntries(node.fields.map(({ name, value }) => [name.value, fromLiteral(value)]));
    case "ListValue":
      return node.values.map(fromLiteral);
    case "IntValue":
    case "FloatValue":
      return Number(node.value);
    case "NullValue":
      return null;
    case "Variable":
      throw badInput("invalid_input", "Give the whole JSON value as one variable.");
    default:
      return node.value;
  }
}
