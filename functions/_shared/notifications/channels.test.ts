import { describe, expect, it } from "vitest";
import { channelVariables, checkChannels, openChannels } from "./channels.ts";

const settings = channelVariables.superRefine(checkChannels);
const problems = (variables: Record<string, string>) =>
  settings.safeParse(variables).error?.issues.map(({ path }) => path.join(".")) ?? [];

describe("the settings of the ways out", () => {
  it("need nothing where mail goes to a server on this machine and SMS to the log", () => {
    expect(problems({})).toEqual([]);
  });

  it.each([
    [{ MAIL_PROVIDER: "resend" }, ["RESEND_API_KEY"]],
    [{ MAIL_PROVIDER: "resend", RESEND_API_KEY: "" }, ["RESEND_API_KEY"]],
    [{ MAIL_PROVIDER: "resend", RESEND_API_KEY: "re_1" }, []],
    [{ MAIL_PROVIDER: "pigeon" }, ["MAIL_PROVIDER"]],
    [{ SMS_PROVIDER: "twilio", TWILIO_FROM: "+1" }, ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"]],
    [{ UNSUBSCRIBE_SECRET: "short" }, ["UNSUBSCRIBE_SECRET"]],
  ])("%j lack %j", (variables, missing) => {
    expect(problems(variables)).toEqual(missing);
  });

  it("let no mail that can be stopped leave without its link", async () => {
    const subscription = { userId: crypto.randomUUID(), topic: "reminders" };
    const open = (variables: Record<string, string>) =>
      openChannels(channelVariables.parse(variables), "https://project.test/", () => undefined);
    await expect(open({}).unsubscribeUrl(subscription)).rejects.toThrow("UNSUBSCRIBE_SECRET is not set");
    const UNSUBSCRIBE_SECRET = "s".repeat(32);
    expect(await open({ UNSUBSCRIBE_SECRET }).unsubscribeUrl(subscription)).toMatch(
      /^https:\/\/project\.test\/functions\/v1\/messages\/unsubscribe\?token=/,
    );
    const page = open({ UNSUBSCRIBE_SECRET, UNSUBSCRIBE_URL: "https://shop.test/stop?lang=am" });
    expect(await page.unsubscribeUrl(subscription)).toMatch(/^https:\/\/shop\.test\/stop\?lang=am&token=/);
  });
});
