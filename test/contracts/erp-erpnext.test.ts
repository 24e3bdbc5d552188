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
      async enterByHand(lines, posting_date, reverses) {
        const accounts = lines.map(([number, amount]) => ({
          account: server.site.all("Account").find((each) => each.company === "US01" && each.account_number === number)?.name,
          debit_in_account_currency: Math.max(amount, 0) / 100,
          credit_in_account_currency: Math.max(0 - amount, 0) / 100,
        }));
        const original =
          reverses === undefined ? undefined : server.site.all("Journal Entry").find((each) => each.throughline_key === reverses);
        const head = { doctype: "Journal Entry", voucher_type: "Journal Entry", company: "US01", posting_date, user_remark: "by hand" };
        const entry = server.books.insert({ ...head, accounts, reversal_of: original?.name ?? null });
        server.books.submit("Journal Entry", entry);
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
    refusedItem: "FITTING",
    gaps: {
      "lets the goods of a receipt that was taken back come on the same order again":
        "ERPNext counts what a Purchase Receipt brought: the goods of a correction leave by a Stock Entry, and what comes again needs the order raised by a person",
      "tells which dimensions an account wants": noDimensions,
      "refuses a line without a dimension that its account wants, naming it, and takes it with one": noDimensions,
    },
  },
);
