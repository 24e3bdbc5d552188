/**
 * The service in a process of its own: `node sandbox-erp/run.ts --database FILE [--port N] [--host H]`; the bearer token, if any, is in
 * SANDBOX_ERP_TOKEN. Prints one line of JSON, {url}, when it listens.
 */
import { parseArgs } from "node:util";
import { startSandboxErp } from "./server.ts";

const { values } = parseArgs({
  options: { database: { type: "string" }, port: { type: "string", default: "0" }, host: { type: "string", default: "127.0.0.1" } },
});
const token = process.env.SANDBOX_ERP_TOKEN;
if (values.database === undefined || !/^\d{1,5}$/.test(values.port)) {
  console.error("usage: node sandbox-erp/run.ts --database FILE [--port N] [--host H]");
  process.exitCode = 2;
} else {
  const erp = await startSandboxErp({
    databasePath: values.database,
    port: Number(values.port),
    host: values.host,
    ...(token === undefined ? {} : { token }),
  });
  console.log(JSON.stringify({ url: erp.url }));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void erp.close());
}
