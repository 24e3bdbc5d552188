import { createSystemClock } from "#adapters/clock";
import { createBusinessCentralErp } from "#adapters/erps/business-central";
import { createHttp } from "#adapters/http";
import { businessCentralCompanies, businessCentralSignIn } from "../erp-doubles/business-central/sample-companies.ts";
import { startBusinessCentralDouble } from "../erp-doubles/business-central/server.ts";
import { erpContract } from "./erp-contract.ts";
import { receiptGaps } from "./erp-purchases.ts";
import { faultyHttp } from "./faulty-http.ts";

erpContract(
  "Business Central's adapter against a double",
  async () => {
    const server = await startBusinessCentralDouble(businessCentralCompanies, businessCentralSignIn);
    const network = createHttp();
    const http = faultyHttp(network, ({ url }) => url.endsWith("/$batch"));
    return {
      erp: createBusinessCentralErp({
        http,
        clock: createSystemClock(),
        url: server.url,
        credentials: async () => ({ ...businessCentralSignIn, loginUrl: server.loginUrl }),
        connection: { inventoryJournal: "hub", requestTimeoutSeconds: 30 },
        companies: { north: "North Inc.", maple: "Maple Ltd.", kyoto: "Kyoto K.K.", gulf: "Gulf W.L.L." },
        revaluationAccounts: { north: "5900" },
      }),
      http,
      async enterByHand(lines, postingDate) {
        const company = server.company("North Inc.");
        for (const [accountNumber, amount] of lines)
          company.addLine({ accountNumber, postingDate, documentNumber: "G00001", amount: amount / 100, description: "by hand" });
        company.post();
      },
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
      ...receiptGaps(
        "API v2.0 receives an order by its one action receiveAndInvoice, together with the vendor's invoice, and moves no pieces of the hub's",
      ),
      "tells a document that people took back by hand, and reverses it no second time":
        "API v2.0 does not say of a G/L entry that it was reversed: what a person's reversal books is told as a manual journal",
      "tells which dimensions an account wants":
        "API v2.0 shows the default dimensions of customers, items, vendors and employees, and none of accounts; a missing one is told when a document is refused for it",
    },
  },
);
