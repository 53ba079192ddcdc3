import { projectKey, projectUrl, webhookMasterKey } from "../_shared/environment.ts";
import { userClient } from "../_shared/user-client.ts";
import { webhookSecrets } from "../_shared/webhooks/secrets.ts";
import { createApp } from "./app.ts";

const secrets = webhookSecrets(webhookMasterKey());
Deno.serve(createApp((token) => userClient(projectUrl(), projectKey(), token), secrets).fetch);
