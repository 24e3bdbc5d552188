import { createSystemClock } from "#adapters/clock";
import { createSandboxErp } from "#adapters/erps/sandbox";
import { createHttp } from "#adapters/http";
import { startErp } from "../fixtures/sandbox-erp.ts";
import { erpContract } from "./erp-contract.ts";
import { faultyHttp } from "./faulty-http.ts";

erpContract("sandbox ERP over loopback", async () => {
  const server = await startErp();
  const network = createHttp();
  const http = faultyHttp(network, ({ url }) => /\/v1\/batches$|\/purchase-orders$/.test(url));
  return {
    erp: createSandboxErp({
      http,
      clock: createSystemClock(),
      url: server.url,
      connection: { inventoryJournal: "erp", requestTimeoutSeconds: 10 },
      companies: { north: "US01", maple: "CA01", kyoto: "JP01", gulf: "KW01" },
    }),
    http,
    async enterByHand(lines, postingDate, reverses) {
      const body = { postingDate, memo: "by hand", lines: lines.map(([account, amount]) => ({ account, amount })), reverses };
      const { status, text } = await server.call("POST", "/v1/companies/US01/hand-journals", body);
      if (status !== 200) throw new Error(text);
    },
    async takeDown() {
      // Kept connections too: on one of them the loss of the server would show only after something was sent.
      network.close();
      await server.close();
    },
    async close() {
      network.close();
      await server.close();
    },
  };
});
