import process from "node:process";
import { projectKey, projectSecretKey, projectUrl } from "../_shared/environment.ts";
import { serverClient } from "../_shared/server-client.ts";
import { createApp } from "./app.ts";

const origin = (process.env["PUBLIC_API_URL"] || projectUrl()).replace(/\/$/, "");
Deno.serve(createApp({ origin, key: projectKey() }, serverClient(projectUrl(), projectSecretKey())).fetch);
