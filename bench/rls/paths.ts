import { day, id } from "../data.ts";

/** A query of a front end, as one person asks it. */
export interface ReadPath {
  readonly name: string;
  readonly role: "anon" | "authenticated";
  /** Whose token it is; undefined for nobody's. */
  readonly person?: string;
  /** Values of $1, $2 ... */
  readonly values: readonly string[];
  /** What the policy keeps of the rows that the query alone would find; given to the owner so that both return the same. */
  readonly policy?: string;
  /** @param rows a condition that stands for the policy; `true` for those whom the policy holds */
  readonly query: (rows: string) => string;
}

// The boutique and the people concerned are in the data of every size.
const BOUTIQUE = id("boutique 5");
const PRODUCT = id("product 5 123");
const customer = { role: "authenticated", person: id("customer 7 5") } as const;
const stylist = { role: "authenticated", person: id("stylist 5") } as const;
const manager = { role: "authenticated", person: id("manager 5") } as const;
const owner = { role: "authenticated", person: id("owner 5") } as const;
const admin = { role: "authenticated", person: id("admin") } as const;
const anon = { role: "anon" } as const;

const productPage = (rows: string) => `select * from public.products where boutique_id = $1 and slug = $2 and ${rows}`;
const newest = (rows: string) =>
  `select id, boutique_id, slug, name, published_at from public.products where ${rows} order by published_at desc, id desc limit 24`;
const ofOneProduct = { values: [PRODUCT], policy: "listed" };

/** Queries that name what they look for, as docs/api.md tells front ends to. */
export const readPaths: readonly ReadPath[] = [
  { ...anon, name: "anon: product page", values: [BOUTIQUE, "gown-123"], policy: "listed", query: productPage },
  { ...anon, name: "anon: newest 24 products", values: [], policy: "listed", query: newest },
  {
    ...anon,
    name: "anon: newest 24 of a boutique",
    values: [BOUTIQUE],
    policy: "listed",
    query: (rows) => newest(`boutique_id = $1 and ${rows}`),
  },
  {
    ...anon,
    name: "anon: newest 24 of a category",
    values: [id("category 5")],
    policy: "listed",
    query: (rows) => newest(`category_id = $1 and ${rows}`),
  },
  {
    ...anon,
    ...ofOneProduct,
    name: "anon: variants of a product",
    query: (rows) => `select * from public.product_variants where product_id = $1 and ${rows} order by size`,
  },
  {
    ...anon,
    ...ofOneProduct,
    name: "anon: pictures of a product",
    query: (rows) => `select * from public.product_media where product_id = $1 and ${rows} order by position`,
  },
  {
    ...anon,
    name: "anon: locations of a boutique",
    values: [BOUTIQUE],
    policy: "listed",
    query: (rows) => `select * from public.locations where boutique_id = $1 and ${rows}`,
  },
  { ...customer, name: "customer: product page", values: [BOUTIQUE, "gown-123"], policy: "listed", query: productPage },
  {
    ...customer,
    name: "customer: newest 24 products",
    values: ["true"],
    query: (rows) => newest(`listed = $1 and ${rows}`),
  },
  {
    ...customer,
    name: "customer: own rentals, first 20",
    values: [customer.person],
    query: () => "select * from public.rentals where customer_id = $1 order by created_at desc, id desc limit 20",
  },
  {
    ...stylist,
    name: "stylist: a week of the calendar",
    values: [BOUTIQUE, day(0), day(7)],
    query:
      () => `select a.id, a.during, a.kind, a.state, a.source_id, r.id as resource_id, r.kind as resource_kind, r.location_id
      from public.allocations a join public.resources r on r.id = a.resource_id and r.boutique_id = a.boutique_id
      where a.boutique_id = $1 and a.ends_at > $2 and a.starts_at < $3 and a.state <> 'released'`,
  },
  {
    ...stylist,
    name: "stylist: garments, first 50",
    values: [BOUTIQUE],
    query: () => "select * from public.garments where boutique_id = $1 order by serial limit 50",
  },
  {
    ...stylist,
    name: "stylist: rentals, newest 50",
    values: [BOUTIQUE],
    query: () => "select * from public.rentals where boutique_id = $1 order by created_at desc, id desc limit 50",
  },
  {
    ...stylist,
    name: "stylist: members",
    values: [BOUTIQUE],
    query: () => "select * from public.boutique_members where boutique_id = $1",
  },
  {
    ...manager,
    name: "manager: products, first 50",
    values: [BOUTIQUE],
    query: () => "select * from public.products where boutique_id = $1 order by id limit 50",
  },
  {
    ...owner,
    name: "owner: audit log, newest 50",
    values: [BOUTIQUE],
    query: () => "select * from public.audit_log where boutique_id = $1 order by id desc limit 50",
  },
  {
    ...admin,
    name: "admin: rentals, newest 50",
    values: [],
    query: () => "select * from public.rentals order by id desc limit 50",
  },
  { ...stylist, name: "stylist: my_permissions()", values: [], query: () => "select * from public.my_permissions()" },
];

/** The same without a filter, left to the policy to find: what docs/api.md tells front ends not to do. */
export const vaguePaths: readonly ReadPath[] = [
  { ...customer, name: "customer: newest 24 products, without `listed`", values: [], policy: "listed", query: newest },
  {
    ...customer,
    name: "customer: rentals, without `customer_id`",
    values: [],
    policy: `customer_id = '${customer.person}'`,
    query: (rows) => `select * from public.rentals where ${rows} order by created_at desc, id desc limit 20`,
  },
  {
    ...stylist,
    name: "stylist: rentals, without `boutique_id`",
    values: [],
    policy: `boutique_id = '${BOUTIQUE}'`,
    query: (rows) => `select * from public.rentals where ${rows} order by created_at desc, id desc limit 50`,
  },
];
