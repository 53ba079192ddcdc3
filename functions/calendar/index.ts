import { projectSecretKey, projectUrl } from "../_shared/environment.ts";
import { serverClient } from "../_shared/server-client.ts";
import { createApp } from "./app.ts";
import { feedReader } from "./feed.ts";

const server = serverClient(projectUrl(), projectSecretKey());
Deno.serve(createApp(feedReader(server), server).fetch);
