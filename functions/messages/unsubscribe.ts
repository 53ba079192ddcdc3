import type { SupabaseClient } from "@supabase/supabase-js";
import type { Context } from "hono";
import type { Database } from "../_shared/database.types.ts";
import { escapeHtml } from "../_shared/escape-html.ts";
import type { Topic } from "../_shared/notifications/kind.ts";
import { readUnsubscribeToken } from "../_shared/notifications/unsubscribe-token.ts";

type Language = "en" | "am";

const words = {
  en: {
    ask: "Shall these mails stop?",
    explain: (topic: string) =>
      `You will get no more mails about ${topic}. You can turn them on again in your account.`,
    button: "Stop them",
    done: "Done",
    gone: (topic: string) => `No more mails about ${topic} will reach you.`,
    wrong: "This link is not valid",
    help: "It may be cut off. Open it from the mail again, or change your settings in your account.",
    topics: { reminders: "what you have booked", boutique: "your boutique", news: "news", marketing: "offers" },
  },
  am: {
    ask: "እነዚህ መልእክቶች ይቁሙ?",
    explain: (topic: string) => `ስለ${topic} ከእንግዲህ መልእክት አይደርስዎትም። በመለያዎ ውስጥ እንደገና ማስጀመር ይችላሉ።`,
    button: "ይቁሙ",
    done: "ተከናውኗል",
    gone: (topic: string) => `ስለ${topic} ከእንግዲህ መልእክት አይደርስዎትም።`,
    wrong: "ይህ አገናኝ ትክክል አይደለም",
    help: "ተቆርጦ ሊሆን ይችላል። ከመልእክቱ ላይ እንደገና ይክፈቱት፣ ወይም በመለያዎ ውስጥ ያስተካክሉ።",
    topics: { reminders: "ያስያዙት ነገር", boutique: "ቡቲክዎ", news: "ዜና", marketing: "ቅናሽና ማስታወቂያ" },
  },
} as const;

/** A page that asks. Following the link changes nothing: programs that check mails follow every link. */
export async function unsubscribePage(context: Context, secret: string): Promise<Response> {
  const language = languageOf(context);
  const { ask, explain, button, topics } = words[language];
  const token = context.req.query("token") ?? "";
  const subscription = await readUnsubscribeToken(token, secret);
  if (subscription === undefined) return refusal(language);
  const topic = topics[subscription.topic as keyof typeof topics];
  const form = `<form method="post" action="?token=${encodeURIComponent(token)}"><button>${button}</button></form>`;
  return page(language, 200, ask, explain(topic), form);
}

/** One click, of a person or of her mail program (RFC 8058). Repeating it changes nothing. */
export async function unsubscribe(
  context: Context,
  secret: string,
  server: SupabaseClient<Database>,
): Promise<Response> {
  const language = languageOf(context);
  const subscription = await readUnsubscribeToken(context.req.query("token") ?? "", secret);
  if (subscription === undefined) return refusal(language);
  const { error } = await server.from("notification_preferences").upsert({
    user_id: subscription.userId,
    topic: subscription.topic as Topic,
    channel: "email",
    enabled: false,
  });
  // 23503: the account is gone, and no mail will reach it.
  if (error !== null && error.code !== "23503")
    throw new Error(`The Data API answered ${error.code}: ${error.message}`);
  const { done, gone, topics } = words[language];
  return page(language, 200, done, gone(topics[subscription.topic as keyof typeof topics]));
}

function refusal(language: Language): Response {
  return page(language, 403, words[language].wrong, words[language].help);
}

function languageOf(context: Context): Language {
  return /^am\b/i.test(context.req.header("accept-language") ?? "") ? "am" : "en";
}

function page(language: Language, status: number, title: string, text: string, form = ""): Response {
  const html = `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<style>
  :root { color-scheme: light dark; --page: #f7f3ef; --card: #fff; --line: #eadfd8; --text: #2b2430; }
  @media (prefers-color-scheme: dark) { :root { --page: #1b171a; --card: #262024; --line: #3b3238; --text: #f2ebef; } }
  body { margin: 0; padding: 48px 16px; background: var(--page); color: var(--text); font: 16px/26px system-ui, sans-serif; }
  main { max-width: 464px; margin: 0 auto; padding: 32px 28px; background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
  h1 { margin: 0 0 16px; font: 24px/34px Georgia, serif; }
  button { margin-top: 8px; padding: 14px 28px; border: 0; border-radius: 8px; background: #7a2e57; color: #fff; font: bold 16px/20px system-ui, sans-serif; }
</style>
</head>
<body><main><h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p>${form}</main></body>
</html>
`;
  return new Response(html, {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      // The address has the token in it.
      "referrer-policy": "no-referrer",
      "content-security-policy":
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
    },
  });
}
