// The page of the API docs: Swagger UI over openapi.json, one domain at a time, and a form that signs in.
(() => {
  const form = document.getElementById("sign-in");
  const who = document.getElementById("who");
  const tags = document.getElementById("tags");
  const fields = form.elements;
  let ui;
  let token = "";

  function say(text, failed = false) {
    who.textContent = text;
    who.className = failed ? "failed" : "";
  }

  const origin = () => fields.origin.value.trim().replace(/\/+$/, "");
  const key = () => fields.key.value.trim();

  /** Requests go to the project that the form names, whatever the document says. */
  function send(request) {
    const { pathname, search } = new URL(request.url, location.href);
    request.url = origin() + pathname + search;
    return request;
  }

  function authorize() {
    for (const [name, value] of Object.entries({ publishableKey: key(), session: token })) {
      if (value === "") ui.authActions.logout([name]);
      else ui.preauthorizeApiKey(name, value);
    }
  }

  async function signIn() {
    token = "";
    const email = fields.email.value.trim();
    if (email === "") {
      authorize();
      say("Requests are made as nobody in particular. Sign in to be somebody.");
      return;
    }
    say("Signing in …");
    const response = await fetch(`${origin()}/auth/v1/token?grant_type=password`, {
      method: "POST",
      headers: { "content-type": "application/json", apikey: key() },
      body: JSON.stringify({ email, password: fields.password.value }),
    });
    const answer = await response.json();
    if (response.ok) token = answer.access_token;
    authorize();
    if (response.ok) say(`Signed in as ${answer.user.email}: "Try it out" sends this session.`);
    else say(answer.msg ?? answer.error_description ?? answer.message ?? `Auth answered ${response.status}.`, true);
  }

  /** The operations of a tag with what they refer to: Swagger UI takes many seconds over all of them at once. */
  function part(spec, tag) {
    const paths = {};
    for (const [path, methods] of Object.entries(spec.paths)) {
      const own = Object.entries(methods).filter(([, operation]) => operation.tags[0] === tag);
      if (own.length > 0) paths[path] = Object.fromEntries(own);
    }
    const components = { securitySchemes: spec.components.securitySchemes };
    const take = (text) => {
      for (const [, kind, name] of text.matchAll(/"#\/components\/(\w+)\/([^"]+)"/g)) {
        components[kind] ??= {};
        if (name in components[kind]) continue;
        components[kind][name] = spec.components[kind][name];
        take(JSON.stringify(components[kind][name]));
      }
    };
    take(JSON.stringify(paths));
    return { ...spec, paths, components, tags: spec.tags.filter(({ name }) => name === tag) };
  }

  function show(spec) {
    const wanted = decodeURIComponent(location.hash.slice(1));
    const tag = spec.tags.some(({ name }) => name === wanted) ? wanted : spec.tags[0].name;
    for (const link of tags.children) link.ariaCurrent = link.textContent === tag ? "page" : null;
    ui = window.SwaggerUIBundle({
      spec: part(spec, tag),
      domNode: document.getElementById("ui"),
      docExpansion: "list",
      defaultModelsExpandDepth: -1,
      displayRequestDuration: true,
      // Nothing of this page goes to another server.
      validatorUrl: null,
      requestInterceptor: send,
      onComplete: () => {
        authorize();
        document.body.dataset.ready = tag;
      },
    });
  }

  async function start() {
    const [settings, spec] = await Promise.all(
      ["settings", "openapi"].map(async (name) => (await fetch(`docs/${name}.json`)).json()),
    );
    fields.origin.value = settings.origin || location.origin;
    fields.key.value = settings.key;
    for (const { name } of spec.tags) {
      const link = document.createElement("a");
      link.href = `#${encodeURIComponent(name)}`;
      link.textContent = name;
      tags.append(link);
    }
    show(spec);
    addEventListener("hashchange", () => show(spec));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      signIn().catch((error) => say(`${origin()} cannot be reached: ${error.message}`, true));
    });
  }

  start().catch((error) => say(`The documents cannot be read: ${error.message}`, true));
})();
