import process from "node:process";
import { projectSecretKey, projectUrl } from "../_shared/environment.ts";
import { serverClient } from "../_shared/server-client.ts";
import { createApp } from "./app.ts";

const secrets = {
  unsubscribe: process.env["UNSUBSCRIBE_SECRET"],
  resendWebhook: process.env["RESEND_WEBHOOK_SECRET"],
};
Deno.serve(createApp(serverClient(projectUrl(), projectSecretKey()), secrets).fetch);
