import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../../stack/paths.ts";
import { readSupabaseConfig } from "../../stack/supabase-config.ts";

const folder = join(root, "supabase/templates");
const files = readdirSync(folder);
const read = (file: string) => readFileSync(join(folder, file), "utf8");
const words = /<!-- words -->[\s\S]*?<!-- \/words -->/g;

it("are all in use, each with a subject", () => {
  const templates = readSupabaseConfig({}).auth.email["template"] as Record<
    string,
    { subject: string; content_path: string }
  >;
  expect(Object.values(templates).map(({ content_path }) => content_path)).toEqual(
    expect.arrayContaining(files.map((file) => join(folder, file))),
  );
  expect(Object.keys(templates)).toHaveLength(files.length);
  for (const { subject } of Object.values(templates)) expect(subject).toMatch(/^\S.{5,60}$/);
});

it("have one frame, and differ in their words alone", () => {
  const frames = new Set(files.map((file) => read(file).replace(words, "")));
  expect(frames.size).toBe(1);
  expect(new Set(files.map((file) => read(file).match(words)?.join())).size).toBe(files.length);
});

it.each(files)("%s is safe for mail programs, and has link, button and code", (file) => {
  const html = read(file);
  const known = ["ConfirmationURL", "Token", "SiteURL", "Email", "NewEmail"];
  const variables = [...html.matchAll(/\{\{(.*?)\}\}/g)].map(([, inner]) => inner);
  expect(variables.filter((name) => !known.some((one) => name === ` .${one} `))).toEqual([]);
  expect(variables.filter((name) => name === " .ConfirmationURL ")).toHaveLength(3);
  expect(variables).toContain(" .Token ");
  // Nothing that is loaded from elsewhere tells anybody that the mail was read.
  expect(html).not.toMatch(/<(script|img|link|iframe)|src=|url\(|https?:\/\//i);
  expect(html).toContain("prefers-color-scheme: dark");
});
