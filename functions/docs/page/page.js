// The page of the API docs: Swagger UI over openapi.json, and a form that signs in.
(() => {
  const form = document.getElementById("sign-in");
  const who = document.getElementById("who");
  const fields = form.elements;

  function say(text, failed = false) {
    who.textContent = text;
    who.className = failed ? "failed" : "";
  }

  const origin = () => fields.origin.value.trim().replace(/\/+$/, "");

  /** Requests go to the project that the form names, whatever the document says. */
  function sent(request) {
    if (request.loadSpec) return request;
    const { pathname, search } = new URL(request.url, location.href);
    request.url = origin() + pathname + search;
    return request;
  }

  function authorize(ui, name, value) {
    if (value === "") ui.authActions.logout([name]);
    else ui.preauthorizeApiKey(name, value);
  }

  async function signIn(ui) {
    authorize(ui, "publishableKey", fields.key.value.trim());
    const email = fields.email.value.trim();
    if (email === "") {
      ui.authActions.logout(["session"]);
      say("Requests are made as nobody in particular. Sign in to be somebody.");
      return;
    }
    say("Signing in …");
    const response = await fetch(`${origin()}/auth/v1/token?grant_type=password`, {
      method: "POST",
      headers: { "content-type": "application/json", apikey: fields.key.value.trim() },
      body: JSON.stringify({ email, password: fields.password.value }),
    });
    const answer = await response.json();
    if (!response.ok) {
      say(answer.msg ?? answer.error_description ?? answer.message ?? `Auth answered ${response.status}.`, true);
      return;
    }
    authorize(ui, "session", answer.access_token);
    const minutes = Math.round(answer.expires_in / 60);
    say(`Signed in as ${answer.user.email} for ${minutes} minutes: "Try it out" sends your session.`);
    form.dataset.signedIn = "yes";
  }

  async function start() {
    const settings = await (await fetch("docs/settings.json")).json();
    fields.origin.value = settings.origin || location.origin;
    fields.key.value = settings.key;
    const ui = window.SwaggerUIBundle({
      url: "docs/openapi.json",
      domNode: document.getElementById("ui"),
      deepLinking: true,
      docExpansion: "none",
      defaultModelsExpandDepth: -1,
      displayRequestDuration: true,
      filter: true,
      syntaxHighlight: { activated: true },
      // Nothing of this page goes to another server.
      validatorUrl: null,
      requestInterceptor: sent,
      onComplete: () => {
        authorize(ui, "publishableKey", fields.key.value.trim());
        document.body.dataset.ready = "yes";
      },
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      signIn(ui).catch((error) => say(`${origin()} cannot be reached: ${error.message}`, true));
    });
  }

  start().catch((error) => say(`The documents cannot be read: ${error.message}`, true));
})();
