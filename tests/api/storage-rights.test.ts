import { randomBytes, randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cast, gatherCast, personOf } from "../helpers/cast.ts";
import { outcomesOf, readRights } from "../helpers/rights.ts";
import { type Client, World } from "../helpers/world.ts";

/**
 * What everybody may do with a file in every bucket: a file in the folder of the boutique, or of the customer.
 *
 * yes: it is done; no: it is refused, or the file is not there for her. `read` is by the address that needs a
 * session, `public` by the one that needs none; `sign` makes an address for others to read, `give` one to upload to.
 */
const expected = `
bucket         act      anon  stranger  customer  stylist  manager  owner  rivalStylist  rivalManager  rivalOwner  admin

product-media  public   yes   yes       yes       yes      yes      yes    yes           yes           yes         yes
product-media  read     yes   yes       yes       yes      yes      yes    yes           yes           yes         yes
product-media  list     no    no        no        yes      yes      yes    no            no            no          no
product-media  sign     no    no        no        yes      yes      yes    no            no            no          no
product-media  upload   no    no        no        no       yes      yes    no            no            no          no
product-media  give     no    no        no        no       yes      yes    no            no            no          no
product-media  replace  no    no        no        no       yes      yes    no            no            no          no
product-media  upsert   no    no        no        no       yes      yes    no            no            no          no
product-media  move     no    no        no        no       yes      yes    no            no            no          no
product-media  copy     no    no        no        no       yes      yes    no            no            no          no
product-media  delete   no    no        no        no       yes      yes    no            no            no          no

condition-photos   public   no    no        no        no       no       no     no            no            no          no
condition-photos   read     no    no        no        yes      yes      yes    no            no            no          no
condition-photos   list     no    no        no        yes      yes      yes    no            no            no          no
condition-photos   sign     no    no        no        yes      yes      yes    no            no            no          no
condition-photos   upload   no    no        no        yes      yes      yes    no            no            no          no
condition-photos   give     no    no        no        yes      yes      yes    no            no            no          no
condition-photos   replace  no    no        no        no       no       no     no            no            no          no
condition-photos   upsert   no    no        no        no       no       no     no            no            no          no
condition-photos   move     no    no        no        no       no       no     no            no            no          no
condition-photos   copy     no    no        no        yes      yes      yes    no            no            no          no
condition-photos   delete   no    no        no        no       no       no     no            no            no          no

avatars            public   yes   yes       yes       yes      yes      yes    yes           yes           yes         yes
avatars            read     yes   yes       yes       yes      yes      yes    yes           yes           yes         yes
avatars            list     no    no        yes       no       no       no     no            no            no          no
avatars            sign     no    no        yes       no       no       no     no            no            no          no
avatars            upload   no    no        yes       no       no       no     no            no            no          no
avatars            give     no    no        yes       no       no       no     no            no            no          no
avatars            replace  no    no        yes       no       no       no     no            no            no          no
avatars            upsert   no    no        yes       no       no       no     no            no            no          no
avatars            move     no    no        yes       no       no       no     no            no            no          no
avatars            copy     no    no        yes       no       no       no     no            no            no          no
avatars            delete   no    no        yes       no       no       no     no            no            no          no

review-photos      public   yes   yes       yes       yes      yes      yes    yes           yes           yes         yes
review-photos      read     yes   yes       yes       yes      yes      yes    yes           yes           yes         yes
review-photos      list     no    no        yes       no       no       no     no            no            no          no
review-photos      sign     no    no        yes       no       no       no     no            no            no          no
review-photos      upload   no    no        yes       no       no       no     no            no            no          no
review-photos      give     no    no        yes       no       no       no     no            no            no          no
review-photos      replace  no    no        no        no       no       no     no            no            no          no
review-photos      upsert   no    no        no        no       no       no     no            no            no          no
review-photos      move     no    no        no        no       no       no     no            no            no          no
review-photos      copy     no    no        yes       no       no       no     no            no            no          no
review-photos      delete   no    no        no        no       no       no     no            no            no          no

tryon          public   no    no        no        no       no       no     no            no            no          no
tryon          read     no    no        yes       no       no       no     no            no            no          no
tryon              list     no    no        yes       no       no       no     no            no            no          no
tryon              sign     no    no        yes       no       no       no     no            no            no          no
tryon              upload   no    no        yes       no       no       no     no            no            no          no
tryon              give     no    no        yes       no       no       no     no            no            no          no
tryon              replace  no    no        no        no       no       no     no            no            no          no
tryon              upsert   no    no        no        no       no       no     no            no            no          no
tryon              move     no    no        no        no       no       no     no            no            no          no
tryon              copy     no    no        yes       no       no       no     no            no            no          no
tryon              delete   no    no        no        no       no       no     no            no            no          no

private-documents  public   no    no        no        no       no       no     no            no            no          no
private-documents  read     no    no        yes       no       no       no     no            no            no          no
private-documents  list     no    no        yes       no       no       no     no            no            no          no
private-documents  sign     no    no        yes       no       no       no     no            no            no          no
private-documents  upload   no    no        yes       no       no       no     no            no            no          no
private-documents  give     no    no        yes       no       no       no     no            no            no          no
private-documents  replace  no    no        yes       no       no       no     no            no            no          no
private-documents  upsert   no    no        yes       no       no       no     no            no            no          no
private-documents  move     no    no        yes       no       no       no     no            no            no          no
private-documents  copy     no    no        yes       no       no       no     no            no            no          no
private-documents  delete   no    no        yes       no       no       no     no            no            no          no

data-exports       public   no    no        no        no       no       no     no            no            no          no
data-exports       read     no    no        yes       no       no       no     no            no            no          no
data-exports       list     no    no        yes       no       no       no     no            no            no          no
data-exports       sign     no    no        yes       no       no       no     no            no            no          no
data-exports       upload   no    no        no        no       no       no     no            no            no          no
data-exports       give     no    no        no        no       no       no     no            no            no          no
data-exports       replace  no    no        no        no       no       no     no            no            no          no
data-exports       upsert   no    no        no        no       no       no     no            no            no          no
data-exports       move     no    no        no        no       no       no     no            no            no          no
data-exports       copy     no    no        no        no       no       no     no            no            no          no
data-exports       delete   no    no        no        no       no       no     no            no            no          no

invoices           public   no    no        no        no       no       no     no            no            no          no
invoices           read     no    no        yes       yes      yes      yes    no            no            no          no
invoices           list     no    no        yes       yes      yes      yes    no            no            no          no
invoices           sign     no    no        yes       yes      yes      yes    no            no            no          no
invoices           upload   no    no        no        no       no       no     no            no            no          no
invoices           give     no    no        no        no       no       no     no            no            no          no
invoices           replace  no    no        no        no       no       no     no            no            no          no
invoices           upsert   no    no        no        no       no       no     no            no            no          no
invoices           move     no    no        no        no       no       no     no            no            no          no
invoices           copy     no    no        no        no       no       no     no            no            no          no
invoices           delete   no    no        no        no       no       no     no            no            no          no

catalog-imports    public   no    no        no        no       no       no     no            no            no          no
catalog-imports    read     no    no        no        no       yes      yes    no            no            no          no
catalog-imports    list     no    no        no        no       yes      yes    no            no            no          no
catalog-imports    sign     no    no        no        no       yes      yes    no            no            no          no
catalog-imports    upload   no    no        no        no       yes      yes    no            no            no          no
catalog-imports    give     no    no        no        no       yes      yes    no            no            no          no
catalog-imports    replace  no    no        no        no       no       no     no            no            no          no
catalog-imports    upsert   no    no        no        no       no       no     no            no            no          no
catalog-imports    move     no    no        no        no       no       no     no            no            no          no
catalog-imports    copy     no    no        no        no       yes      yes    no            no            no          no
catalog-imports    delete   no    no        no        no       yes      yes    no            no            no          no
`;

interface Bucket {
  /** The folder that the file is in, and one that is somebody else's. */
  readonly folder: (cast: Cast) => string;
  readonly foreign: (cast: Cast) => string;
  readonly type: string;
}

const buckets: Readonly<Record<string, Bucket>> = {
  "product-media": {
    folder: ({ boutique }) => boutique.id,
    foreign: ({ rivalBoutique }) => rivalBoutique.id,
    type: "image/jpeg",
  },
  "condition-photos": {
    folder: ({ boutique }) => boutique.id,
    foreign: ({ rivalBoutique }) => rivalBoutique.id,
    type: "image/jpeg",
  },
  avatars: personal("image/png"),
  "review-photos": personal("image/jpeg"),
  tryon: personal("image/jpeg"),
  "private-documents": personal("application/pdf"),
  "data-exports": personal("application/zip"),
  "catalog-imports": {
    folder: ({ boutique }) => boutique.id,
    foreign: ({ rivalBoutique }) => rivalBoutique.id,
    type: "text/csv",
  },
  invoices: {
    folder: ({ boutique }) => boutique.id,
    foreign: ({ rivalBoutique }) => rivalBoutique.id,
    type: "application/pdf",
  },
};

/** A bucket in which everybody has a folder; the file is the customer's. */
function personal(type: string): Bucket {
  return { folder: ({ customer }) => customer.id, foreign: ({ stranger }) => stranger.id, type };
}

const { people, rights } = readRights(expected);
const cells = rights.length * people.length;
const acts = [...new Set(rights.map(({ act }) => act))];

let world: World;
let cast: Cast;

beforeAll(async () => {
  world = await World.create();
  cast = await gatherCast(world);
});
afterAll(() => world.close());

describe(`the right to a file, ${cells} cells`, () => {
  it("is written down for every act in every bucket", async () => {
    const stored = await world.sql<{ id: string }[]>`select id from storage.buckets`;
    const all = stored.flatMap(({ id }) => acts.map((act) => `${id} ${act}`));
    expect(rights.map(({ subject, act }) => `${subject} ${act}`).toSorted()).toEqual(all.toSorted());
    expect(Object.keys(buckets).toSorted()).toEqual(stored.map(({ id }) => id).toSorted());
  });

  it.each(rights)("is kept for $act in $subject", async ({ subject, act, outcomes }) => {
    const actual = await outcomesOf(people, async (person) => {
      const path = await keep(subject);
      if (await attempt(person, act, subject, path)) return "yes";
      expect(await size(subject, path), person).toBe(100);
      return "no";
    });
    expect(actual).toEqual(outcomes);
  });
});

describe("a file", () => {
  it.each(Object.keys(buckets))("of %s gets into nobody else's folder", async (bucket) => {
    const foreign = buckets[bucket]?.foreign(cast) ?? "";
    const may = rights.find(({ subject, act }) => subject === bucket && act === "upload")?.outcomes ?? {};
    for (const who of people.filter((person) => may[person] === "yes")) {
      const path = await keep(bucket);
      const store = clientOf(who).storage.from(bucket);
      const target = `${foreign}/${randomUUID()}`;
      expect((await store.move(path, target)).error, who).not.toBeNull();
      expect((await store.copy(path, target)).error, who).not.toBeNull();
      expect((await store.upload(target, blob(bucket))).error, who).not.toBeNull();
      expect(await objects(bucket, foreign)).toBe(0);
      expect(await objects(bucket, path)).toBe(1);
    }
  });
});

const clientOf = (name: string): Client => (name === "anon" ? world.asAnon() : personOf(cast, name).client);
const blob = (bucket: string, size = 100) => new Blob([randomBytes(size)], { type: buckets[bucket]?.type ?? "" });

/** Puts a file into the folder, as the server would. */
async function keep(bucket: string): Promise<string> {
  const path = `${buckets[bucket]?.folder(cast)}/${randomUUID()}/file`;
  const { error } = await world.asService().storage.from(bucket).upload(path, blob(bucket));
  if (error !== null) throw error;
  // It is the customer's own by the row that names it.
  if (bucket === "invoices") {
    await world.sql`update public.invoices set storage_path = ${path} where id = ${cast.rows["invoices"]?.["id"] ?? ""}`;
  }
  return path;
}

async function objects(bucket: string, prefix: string): Promise<number> {
  const [row] = await world.sql<{ n: number }[]>`
    select count(*)::int as n from storage.objects where bucket_id = ${bucket} and starts_with(name, ${prefix})`;
  return row?.n ?? 0;
}

async function size(bucket: string, path: string): Promise<number | undefined> {
  return (await world.asService().storage.from(bucket).download(path)).data?.size;
}

/** Lets somebody try an act on a file and tells whether it was done. What writes is believed by its effect alone. */
async function attempt(name: string, act: string, bucket: string, path: string): Promise<boolean> {
  const folder = path.split("/").slice(0, -1).join("/");
  const target = `${folder}/other`;
  const store = clientOf(name).storage.from(bucket);
  switch (act) {
    case "public":
      return (await world.fetch(store.getPublicUrl(path).data.publicUrl)).ok;
    case "read":
      return (await store.download(path)).error === null;
    case "list":
      return ((await store.list(folder)).data ?? []).length > 0;
    case "sign":
      return (await store.createSignedUrl(path, 60)).error === null;
    case "upload":
      await store.upload(target, blob(bucket));
      return (await objects(bucket, target)) === 1;
    case "give":
      return (await store.createSignedUploadUrl(target)).error === null;
    case "replace":
      await store.update(path, blob(bucket, 200));
      return (await size(bucket, path)) === 200;
    case "upsert":
      await store.upload(path, blob(bucket, 200), { upsert: true });
      return (await size(bucket, path)) === 200;
    case "move":
      await store.move(path, target);
      return (await objects(bucket, target)) === 1;
    case "copy":
      await store.copy(path, target);
      return (await objects(bucket, target)) === 1;
    case "delete":
      await store.remove([path]);
      return (await objects(bucket, path)) === 0;
    default:
      throw new Error(`Nobody knows how to ${act} a file.`);
  }
}
