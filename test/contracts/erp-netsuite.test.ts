import { createSystemClock } from "#adapters/clock";
import { createNetSuiteErp } from "#adapters/erps/netsuite";
import { createHttp } from "#adapters/http";
import { netSuiteAccount, netSuiteSignIn, netSuiteToken } from "../erp-doubles/netsuite/sample-account.ts";
import { startNetSuiteDouble } from "../erp-doubles/netsuite/server.ts";
import { erpContract } from "./erp-contract.ts";
import { receiptGaps } from "./erp-purchases.ts";
import { faultyHttp } from "./faulty-http.ts";

const noDimensions = "NetSuite makes a segment mandatory for a form or the account as a whole, not for one of the chart's accounts";

erpContract(
  "NetSuite's adapter against a double",
  async () => {
    const server = await startNetSuiteDouble(netSuiteAccount, netSuiteSignIn);
    const network = createHttp();
    const http = faultyHttp(network, ({ url }) => url.includes("/record/v1/"));
    return {
      erp: createNetSuiteErp({
        http,
        clock: createSystemClock(),
        url: server.url,
        account: netSuiteSignIn.account,
        credentials: async () => netSuiteToken,
        connection: { inventoryJournal: "erp", requestTimeoutSeconds: 30 },
        companies: { north: "2", maple: "3", kyoto: "4", gulf: "5" },
        revaluationAccounts: { north: "5900" },
      }),
      http,
      async enterByHand(lines, tranDate) {
        const chart = new Map(netSuiteAccount.accounts.map(([number], index) => [number, String(100 + index)]));
        const items = lines.map(([account, amount]) => ({
          account: { id: chart.get(account) },
          ...(amount < 0 ? { credit: (0 - amount) / 100 } : { debit: amount / 100 }),
          memo: "by hand",
        }));
        server.enter("journalentry", { subsidiary: { id: "2" }, tranDate, memo: "by hand", approved: true, line: { items } });
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
      "tells a document that people took back by hand, and reverses it no second time":
        "what links a reversing entry of NetSuite's own with its original is on no page that we found: it is told as a manual journal",
      ...receiptGaps(
        "an item receipt of NetSuite's is booked against the account of its own preferences, and its lines have no memo for what a document of ours must tell: receipts post without their order",
      ),
      "tells which dimensions an account wants": noDimensions,
      "refuses a line without a dimension that its account wants, naming it, and takes it with one": noDimensions,
      "receives, transfers, counts and gives back to a vendor at cost, each against its own account":
        "NetSuite takes every issue at its own average: what was given back at another cost is made right against inventory revaluation, which test/adapters/netsuite.test.ts holds",
    },
  },
);
