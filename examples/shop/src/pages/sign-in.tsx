import { toNexusError } from "@nexus/client";
import { useEffect, useState } from "preact/hooks";
import { nexus } from "../nexus.ts";
import { Good, Problem } from "../parts/notice.tsx";
import { Switch } from "../parts/switch.tsx";
import { absolute, go } from "../router.tsx";
import { useSession } from "../session.tsx";
import { useAction } from "../use-data.ts";
import { useTitle } from "../use-title.ts";

const ways = { password: "Password", link: "Mailed link", new: "New account" } as const;
type Way = keyof typeof ways;

/** Signs in by password or mailed link, or makes an account; then leads back to where the visitor came from. */
export function SignIn({ next }: { next: string }) {
  useTitle("Sign in");
  const { user } = useSession();
  const [way, setWay] = useState<Way>("password");
  const [isMailed, setMailed] = useState(false);
  // A path of the shop and nothing else, whatever the address says.
  const onward = /^\/(?!\/)/.test(next) ? next : "/";
  useEffect(() => {
    if (user) go(onward, { replace: true });
  }, [user, onward]);
  const submit = useAction(async (form: FormData) => {
    const field = (name: string) => String(form.get(name) ?? "");
    const error = await enter(way, field("email"), field("password"), field("name"), absolute(onward));
    if (error !== null) throw await toNexusError(error);
    if (way !== "password") setMailed(true);
  });

  return (
    <section class="narrow sign-in">
      <h1>{way === "new" ? "Welcome" : "Welcome back"}</h1>
      <Switch legend="How would you like to sign in?" ways={ways} chosen={way} onChoose={(key) => setWay(key)} />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit.run(new FormData(event.currentTarget));
        }}
      >
        {way === "new" && (
          <label>
            <span>Your name</span>
            <input name="name" autocomplete="name" required maxLength={100} />
          </label>
        )}
        <label>
          <span>Mail address</span>
          <input name="email" type="email" autocomplete="email" required />
        </label>
        {way !== "link" && (
          <label>
            <span>Password</span>
            <input
              name="password"
              type="password"
              autocomplete={way === "new" ? "new-password" : "current-password"}
              required
              minLength={8}
            />
          </label>
        )}
        <Problem error={submit.error} />
        {isMailed && (
          <Good>
            <p>Look into your mail: the link in it signs you in.</p>
          </Good>
        )}
        <button type="submit" class="wide" disabled={submit.isBusy}>
          {way === "link" ? "Mail me a link" : way === "new" ? "Make an account" : "Sign in"}
        </button>
      </form>
      <p class="hint">
        With the demo data: bride@demo.nexus.test, or stylist@demo.nexus.test for the day view. Password: demo-password.
      </p>
    </section>
  );
}

/** Where a sign-up has to be confirmed, as a deployed project asks for, the mail leads back here too. */
async function enter(way: Way, email: string, password: string, name: string, backTo: string) {
  if (way === "password") return (await nexus.auth.signInWithPassword({ email, password })).error;
  if (way === "link") return (await nexus.auth.signInWithOtp({ email, options: { emailRedirectTo: backTo } })).error;
  const options = { data: { display_name: name }, emailRedirectTo: backTo };
  return (await nexus.auth.signUp({ email, password, options })).error;
}
