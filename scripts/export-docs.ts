// npm run docs:export -- DIR URL KEY: the page of the API docs as files, for a web server of its own. URL and KEY are the
// address and the publishable key of the project that it is about; both can be changed on the page.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { policy } from "../functions/docs/app.ts";
import { fileNames, pageFiles } from "../functions/docs/page-files.ts";

const [folder, origin, key = ""] = process.argv.slice(2);
if (folder === undefined || origin === undefined) {
  process.stderr.write(
    "Say where to and which project: npm run docs:export -- DIR https://REF.supabase.co sb_publishable_…\n",
  );
  process.exit(1);
}
const fileOf = pageFiles({ origin: origin.replace(/\/$/, ""), key });
mkdirSync(join(folder, "docs"), { recursive: true });
for (const name of fileNames) {
  const body = fileOf(name)?.body ?? new Uint8Array();
  if (name === "index.html") writeFileSync(join(folder, name), withPolicy(new TextDecoder().decode(body)));
  else writeFileSync(join(folder, "docs", name), body);
}
process.stdout.write(`Wrote ${join(folder, "index.html")}.\n`);

/** Files have no headers. Who may frame a page cannot be said within it. */
function withPolicy(html: string): string {
  const content = policy.replace(/; frame-ancestors.*$/, "");
  return html.replace(
    '<meta charset="utf-8">',
    `<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="${content}">`,
  );
}
