import { projectSecretKey, projectUrl } from "../_shared/environment.ts";
import { serverClient } from "../_shared/server-client.ts";
import { createApp } from "./app.ts";
import { feedReader, showReader } from "./feed.ts";

const server = serverClient(projectUrl(), projectSecretKey());
Deno.serve(createApp(feedReader(server), showReader(server), server).fetch);
