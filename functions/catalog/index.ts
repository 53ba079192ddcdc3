import { projectKey, projectSecretKey, projectUrl } from "../_shared/environment.ts";
import { serverClient } from "../_shared/server-client.ts";
import { createApp } from "./app.ts";
import { createCatalog } from "./catalog.ts";

const server = serverClient(projectUrl(), projectSecretKey());
Deno.serve(createApp(createCatalog(projectUrl(), projectKey()), server).fetch);
