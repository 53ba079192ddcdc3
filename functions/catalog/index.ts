import process from "node:process";
import { projectKey, projectSecretKey, projectUrl } from "../_shared/environment.ts";
import { serverClient } from "../_shared/server-client.ts";
import { createApp } from "./app.ts";
import { createCatalog } from "./catalog.ts";

const server = serverClient(projectUrl(), projectSecretKey());
const siteUrl = (process.env["SITE_URL"] || "http://127.0.0.1:3000").replace(/\/$/, "");
const anon = serverClient(projectUrl(), projectKey());
Deno.serve(createApp(createCatalog(projectUrl(), anon, server), server, { siteUrl }).fetch);
