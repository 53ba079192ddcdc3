// npm run mail:preview: every message in every language, with example data, as pages to look at. With --pictures a Chrome
// or Chromium (CHROME_PATH) also takes a picture of each, for a phone and a desktop; that takes a minute or two.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { escapeHtml } from "../functions/_shared/escape-html.ts";
import { composeMail } from "../functions/_shared/notifications/by-channel.ts";
import type { Kind } from "../functions/_shared/notifications/kind.ts";
import { kinds } from "../functions/_shared/notifications/kinds/index.ts";
import { formatFor, type Language, languages } from "../functions/_shared/notifications/language.ts";
import { root } from "../stack/paths.ts";

const folder = join(root, ".nexus-mail");
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);

const pages = kinds.flatMap((kind) => languages.map((language) => writePage(kind, language)));
writeFileSync(join(folder, "index.html"), indexPage(pages));
process.stdout.write(`${pages.length} mails: ${join(folder, "index.html")}\n`);

if (process.argv.includes("--pictures")) {
  const browser = process.env["CHROME_PATH"] ?? "/usr/bin/chromium";
  if (!existsSync(browser)) {
    process.stderr.write(`There is no browser at ${browser}. Set CHROME_PATH to a Chrome or Chromium.\n`);
    process.exit(1);
  }
  for (const { file } of pages) {
    for (const [device, width, height] of [
      ["phone", 390, 900],
      ["desktop", 1000, 900],
    ] as const) {
      takePicture(browser, file, device, width, height);
    }
  }
  process.stdout.write("The pictures are beside the pages.\n");
}

interface Page {
  readonly file: string;
  readonly name: string;
  readonly language: Language;
  readonly subject: string;
  readonly text: string;
  readonly sms: string;
  readonly inApp: string;
}

function writePage(kind: Kind, language: Language): Page {
  const unsubscribe = kind.transactional
    ? undefined
    : "https://shop.example/functions/v1/messages/unsubscribe?token=TOKEN";
  const { subject, html, text } = composeMail(kind, kind.example, language, unsubscribe);
  const file = `${kind.name}.${language}.html`;
  writeFileSync(join(folder, file), html);
  const texts = kind.texts[language];
  const inApp = texts.inApp?.(kind.example, formatFor(language));
  return {
    file,
    name: kind.name,
    language,
    subject,
    text,
    sms: texts.sms?.(kind.example, formatFor(language)) ?? "",
    inApp: inApp === undefined ? "" : `${inApp.title}\n${inApp.body}`,
  };
}

function indexPage(all: readonly Page[]): string {
  const sections = all.map(
    ({ file, name, language, subject, text, sms, inApp }) => `<section lang="${language}">
<h2 id="${file}">${name}, ${language}</h2>
<p><b>${escapeHtml(subject)}</b> (<a href="${file}">alone</a>)</p>
<div><iframe src="${file}" title="${name}, ${language}"></iframe>
<pre>${escapeHtml(text)}</pre></div>
${part("SMS", sms)}${part("In the front end", inApp)}
</section>`,
  );
  const links = all.map(({ file, name, language }) => `<a href="#${file}">${name}, ${language}</a>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Messages of Nexus</title>
<style>
  body { margin: 24px; font: 15px/24px system-ui, 'Noto Sans Ethiopic', sans-serif; color: #2b2430; }
  nav a { margin-right: 16px; white-space: nowrap; }
  section { margin: 40px 0; border-top: 1px solid #ccc; }
  section > div { display: flex; flex-wrap: wrap; gap: 24px; }
  iframe { width: 390px; height: 760px; border: 1px solid #ccc; }
  pre { flex: 1 1 390px; margin: 0; padding: 16px; background: #f6f6f6; white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; }
</style>
</head>
<body>
<h1>Messages of Nexus</h1>
<nav>${links.join("\n")}</nav>
${sections.join("\n")}
</body>
</html>
`;
}

function part(title: string, text: string): string {
  return text === "" ? "" : `<p>${title}: ${escapeHtml(text).replaceAll("\n", "<br>")}</p>`;
}

function takePicture(chrome: string, file: string, device: string, width: number, height: number): void {
  const result = spawnSync(
    chrome,
    [
      ...["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", `--window-size=${width},${height}`],
      `--screenshot=${join(folder, file.replace(".html", `.${device}.png`))}`,
      `file://${join(folder, file)}`,
    ],
    { encoding: "utf8" },
  );
  if (result.status !== 0) {
    process.stderr.write(`${chrome} took no picture: ${result.error?.message ?? result.stderr.trim()}\n`);
    process.exit(1);
  }
}
