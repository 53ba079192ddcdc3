import { projectKey, projectSecretKey, projectUrl, publicUrl } from "../_shared/environment.ts";
import { serverClient } from "../_shared/server-client.ts";
import { createApp } from "./app.ts";
import { graphiqlPage } from "./graphiql-page.ts";

Deno.serve(
  createApp({
    server: serverClient(projectUrl(), projectSecretKey()),
    url: projectUrl(),
    page: () => graphiqlPage(`${publicUrl()}/functions/v1/graphql`, projectKey()),
  }).fetch,
);
