import { createSystemClock } from "#adapters/clock";
import { createErpNextErp } from "#adapters/erps/erpnext";
import { createHttp } from "#adapters/http";
import { erpNextToken, fillContractSite } from "../erp-doubles/erpnext/sample-site.ts";
import { startErpNextDouble } from "../erp-doubles/erpnext/server.ts";
import { erpContract } from "./erp-contract.ts";
import { faultyHttp } from "./faulty-http.ts";

const noDimensions =
  "ERPNext makes an accounting dimension mandatory for the profit and loss or the balance sheet of a company, not for one account";

erpContract(
  "ERPNext's adapter against a double",
  async () => {
    const server = await startErpNextDouble({ ...erpNextToken, fill: fillContractSite });
    const network = createHttp();
    const http = faultyHttp(network, ({ method, url }) => method !== "POST" || url.endsWith("insert_many"));
    return {
      erp: createErpNextErp({
        http,
        clock: createSystemClock(),
        url: server.url,
        credentials: async () => erpNextToken,
        connection: { inventoryJournal: "hub", requestTimeoutSeconds: 30 },
        companies: { north: "US01", maple: "CA01", kyoto: "JP01", gulf: "KW01" },
        revaluationAccounts: { north: "5900" },
      }),
      http,
      async takeDown() {
        // Kept connections too: on one of them the loss of the server would show only after something was sent.
        network.close();
        await server.close();
      },
      async close() {
        network.close();
        await server.close().catch(() => {});
      },
    };
  },
  {
    linesTried: 1_000,
    gaps: {
      "tells which dimensions an account wants": noDimensions,
      "refuses a line without a dimension that its account wants, naming it, and takes it with one": noDimensions,
    },
  },
);
