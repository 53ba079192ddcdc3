import process from "node:process";
import { projectKey, projectSecretKey, projectUrl, webhookMasterKey } from "../_shared/environment.ts";
import { paymentAccounts, readPaymentSettings } from "../_shared/payments/accounts.ts";
import { serverClient } from "../_shared/server-client.ts";
import { userClient } from "../_shared/user-client.ts";
import { webhookSecrets } from "../_shared/webhooks/secrets.ts";
import { createApp } from "./app.ts";

Deno.serve(
  createApp({
    clientOf: (token) => userClient(projectUrl(), projectKey(), token),
    server: serverClient(projectUrl(), projectSecretKey()),
    secrets: webhookSecrets(webhookMasterKey()),
    accounts: paymentAccounts(readPaymentSettings(process.env)),
  }).fetch,
);
