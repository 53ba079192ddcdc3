import { describe, expect, it } from "vitest";
import { composeMail } from "./by-channel.ts";
import { kinds } from "./kinds/index.ts";
import { formatFor, languageOf, languages } from "./language.ts";
import { readUnsubscribeToken, unsubscribeToken } from "./unsubscribe-token.ts";

const all = kinds.flatMap((kind) => languages.map((language) => ({ kind, language, name: kind.name })));

const names = "display_name boutique product size reason color branch old_product service stylist address".split(" ");

/** The data of a kind with every text replaced by one that could break a mail. */
function withText(data: unknown, text: string): unknown {
  return Object.fromEntries(
    Object.entries(data as object).map(([key, value]) => {
      const isName = typeof value === "string" && names.includes(key);
      return [key, isName ? text : value];
    }),
  );
}

describe.each(all)("$name in $language", ({ kind, language }) => {
  const mail = composeMail(kind, kind.example, language);

  it("has words for each of its channels, in its own script", () => {
    const texts = kind.texts[language];
    expect(texts.sms !== undefined, "sms").toBe(kind.channels.includes("sms"));
    expect(texts.inApp !== undefined, "in_app").toBe(kind.channels.includes("in_app"));
    const said = [mail.text, texts.sms?.(kind.example, formatFor(language)) ?? "ሰላም Hello"];
    for (const text of said) expect(/\p{Script=Ethiopic}/u.test(text) || language === "en").toBe(true);
    expect(mail.html).toContain(`<html lang="${language}">`);
    expect(JSON.stringify([mail, ...said])).not.toMatch(/undefined|null|NaN|Invalid|\[object/);
  });

  it("says the same in HTML and in text", () => {
    const { facts, buttons, paragraphs } = kind.texts[language].mail(kind.example, formatFor(language));
    for (const [name, value] of facts ?? []) expect(mail.text).toContain(`${name}: ${value}`);
    for (const { link } of buttons ?? []) expect(mail.text).toContain(link);
    for (const paragraph of paragraphs) expect(mail.text).toContain(paragraph);
  });

  it("keeps markup and line breaks in names from becoming markup and headers", () => {
    const odd = composeMail(kind, withText(kind.example, '<script>"x"</script>\r\nBcc: all@nexus.test'), language);
    expect(odd.html).not.toContain("<script");
    expect(odd.subject).not.toMatch(/[\r\n]/);
  });

  it("has a mail of a size that no program cuts off, and an SMS that is short", () => {
    expect(new TextEncoder().encode(mail.html).length).toBeLessThan(20_000);
    const sms = kind.texts[language].sms?.(kind.example, formatFor(language)) ?? "";
    expect(sms.length).toBeLessThanOrEqual(language === "en" ? 160 : 140);
  });
});

describe("kinds", () => {
  it("have names of their own, and data that their schema takes", () => {
    expect(new Set(kinds.map(({ name }) => name)).size).toBe(kinds.length);
    for (const kind of kinds) expect(kind.data.safeParse(kind.example).success, kind.name).toBe(true);
  });

  it("that are not transactional are of a topic that a link can stop", async () => {
    const secret = "s".repeat(32);
    for (const { name, topic, transactional } of kinds) {
      if (transactional) continue;
      const token = await unsubscribeToken({ userId: crypto.randomUUID(), topic }, secret);
      expect(await readUnsubscribeToken(token, secret), name).toMatchObject({ topic });
    }
  });
});

describe("a language", () => {
  it.each([
    ["am", "am"],
    ["am-ET", "am"],
    ["en-GB", "en"],
    ["fr", "en"],
    ["om", "en"],
    ["amf", "en"],
  ])("for %s is %s", (locale, language) => {
    expect(languageOf(locale)).toBe(language);
  });

  it("writes days, times and money its own way", () => {
    const [en, am] = [formatFor("en"), formatFor("am")];
    const moment = new Date("2026-11-22T12:15:00Z");
    expect(en.time(moment, "Africa/Addis_Ababa")).toBe("Sunday, 22 November 2026 at 15:15");
    expect(am.time(moment, "Africa/Addis_Ababa")).toMatch(/^እሑድ.*2026.*15:15/);
    expect(am.day("2027-06-04")).toMatch(/ዓርብ.*2027/);
    expect(en.money(540_000, "ETB")).toMatch(/ETB.5,400\.00/);
    expect(am.money(540_000, "ETB")).toMatch(/ብር.?5,400\.00/);
  });
});

describe("the token of a link that stops mails", () => {
  const secret = "a-secret-of-more-than-thirty-two-characters";
  const subscription = { userId: "0198a3c4-0000-7000-8000-000000000001", topic: "reminders" };

  it("says whom it lets out of what", async () => {
    expect(await readUnsubscribeToken(await unsubscribeToken(subscription, secret), secret)).toEqual(subscription);
  });

  it("is not valid when anything of it is changed, or with another secret", async () => {
    const token = await unsubscribeToken(subscription, secret);
    const [user = "", topic = "", signature = ""] = token.split(".");
    const wrong = [
      `${user.replace("1", "2")}.${topic}.${signature}`,
      `${user}.marketing.${signature}`,
      `${user}.bookings.${signature}`,
      `${user}.${topic}.${signature.slice(1)}`,
      `${user}.${topic}.`,
      `${user}.${topic}`,
      `${token}.`,
      "",
      "x".repeat(10_000),
      `${user}.${topic}.ä`,
    ];
    for (const changed of wrong) expect(await readUnsubscribeToken(changed, secret), changed).toBeUndefined();
    expect(await readUnsubscribeToken(token, `${secret}2`)).toBeUndefined();
  });
});
