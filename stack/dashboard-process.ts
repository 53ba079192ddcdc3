// The page of the queues, as a process of its own: started by stack/dashboard.ts, which it tells its port.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import process from "node:process";
import { getRequestListener } from "@hono/node-server";
import { createDashboardHandler } from "@pg-boss/dashboard/handler";
import { DASHBOARD_PATH } from "./dashboard.ts";

const { DATABASE_URL: url = "", STUDIO_HOSTS: hosts = "" } = process.env;
const handler = createDashboardHandler({
  databases: [{ url, name: "Nexus" }],
  basePath: DASHBOARD_PATH,
  // Forms come from the Studio's origin, which passes them on.
  allowedActionOrigins: hosts.split(","),
});
const server = createServer(getRequestListener(handler, { overrideGlobalObjects: false }));
server.listen(0, "127.0.0.1", () => process.send?.({ port: (server.address() as AddressInfo).port }));

for (const end of ["SIGTERM", "SIGINT", "disconnect"]) {
  process.once(end, () => void handler.close().finally(() => process.exit(0)));
}
