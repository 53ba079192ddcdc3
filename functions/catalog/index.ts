import { projectKey, projectUrl } from "../_shared/environment.ts";
import { createApp } from "./app.ts";
import { createCatalog } from "./catalog.ts";

Deno.serve(createApp(createCatalog(projectUrl(), projectKey())).fetch);
