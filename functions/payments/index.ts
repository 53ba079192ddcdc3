import process from "node:process";
import { projectKey, projectSecretKey, projectUrl, publicUrl } from "../_shared/environment.ts";
import { paymentAccounts, readPaymentSettings } from "../_shared/payments/accounts.ts";
import { serverClient } from "../_shared/server-client.ts";
import { userClient } from "../_shared/user-client.ts";
import { createApp } from "./app.ts";

Deno.serve(
  createApp({
    clientOf: (token) => userClient(projectUrl(), projectKey(), token),
    server: serverClient(projectUrl(), projectSecretKey()),
    accounts: paymentAccounts(readPaymentSettings(process.env)),
    functionsUrl: `${publicUrl()}/functions/v1`,
  }).fetch,
);
