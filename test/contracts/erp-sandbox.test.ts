import { createSystemClock } from "#adapters/clock";
import { createSandboxErp } from "#adapters/erps/sandbox";
import { createHttp } from "#adapters/http";
import { startErp } from "../fixtures/sandbox-erp.ts";
import { erpContract } from "./erp-contract.ts";

erpContract("sandbox ERP over loopback", async () => {
  const server = await startErp();
  const http = createHttp();
  return {
    erp: createSandboxErp({
      http,
      clock: createSystemClock(),
      url: server.url,
      connection: { inventoryJournal: "erp", requestTimeoutSeconds: 2 },
      companies: { north: "US01", maple: "CA01" },
    }),
    loseAnswers: (requests) => server.faults.inject({ kind: "drop-after", requests, path: "/v1/batches" }),
    throttle: (requests) => server.faults.inject({ kind: "throttle", requests, path: "/v1/batches" }),
    async takeDown() {
      // Kept connections too: on one of them the loss of the server would show only after something was sent.
      http.close();
      await server.close();
    },
    async close() {
      http.close();
      await server.close();
    },
  };
});
