import { createSystemClock } from "#adapters/clock";
import { createOdooErp } from "#adapters/erps/odoo";
import { createHttp } from "#adapters/http";
import { fillContractDatabase, odooSignIn } from "../erp-doubles/odoo/sample-database.ts";
import { startOdooDouble } from "../erp-doubles/odoo/server.ts";
import { erpContract } from "./erp-contract.ts";
import { faultyHttp } from "./faulty-http.ts";

const noPeriods = "Odoo has no periods, but lock dates: what comes after the last one is open, also May";
const noDimensions = "Odoo makes an analytic plan mandatory for a range of accounts in its own forms alone, not for entries by its API";

for (const [name, version] of [["JSON-2 (19)", 19], ["JSON-RPC (18)", 18]] as const) // biome-ignore format: the two in one line
  erpContract(
    `Odoo's adapter by ${name} against a double`,
    async () => {
      const server = await startOdooDouble({ ...odooSignIn, version, fill: fillContractDatabase });
      const network = createHttp();
      // The method's name is the end of JSON-2's path, and an argument of the older call.
      const writes = /"(create|write|action_post|button_validate|button_confirm|unlink|action_cancel)"/;
      const http = faultyHttp(network, ({ url, body }) => writes.test(`"${url.split("/").at(-1)}" ${version === 19 ? "" : body}`));
      return {
        erp: createOdooErp({
          http,
          clock: createSystemClock(),
          url: server.url,
          database: odooSignIn.database,
          credentials: async () => odooSignIn,
          connection: { inventoryJournal: "hub", requestTimeoutSeconds: 30 },
          companies: { north: "US01", maple: "CA01", kyoto: "JP01", gulf: "KW01" },
          revaluationAccounts: { north: "5900" },
        }),
        http,
        async enterByHand(lines, date, reverses) {
          const { tables, call } = server.books;
          const company_id = tables.rows("res.company").find(({ name }) => name === "US01")?.id;
          const mine = (model: string) => tables.rows(model).find((row) => row.company_id === company_id)?.id;
          const account = (code: string) =>
            tables.rows("account.account").find((row) => row.company_ids === company_id && row.code === code)?.id;
          const currency_id = tables.row("res.company", company_id)?.currency_id;
          const line_ids = lines.map(([code, amount]) => {
            const [debit, credit] = [Math.max(amount, 0) / 100, Math.max(0 - amount, 0) / 100];
            return [0, 0, { account_id: account(code), debit, credit, currency_id, amount_currency: amount / 100 }];
          });
          const original = reverses === undefined ? undefined : tables.rows("account.move").find(({ ref }) => ref === reverses)?.id;
          const values = {
            move_type: "entry",
            company_id,
            journal_id: mine("account.journal"),
            date,
            currency_id,
            ref: "by hand",
            line_ids,
          };
          const vals_list = [{ ...values, ...(original === undefined ? {} : { reversed_entry_id: original }) }];
          const [id = 0] = call("account.move", "create", undefined, { vals_list }, {}) as number[];
          call("account.move", "action_post", [id], {}, {});
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
      refusedItem: "LOT-HAT",
      gaps: {
        "lets the goods of a receipt that was taken back come on the same order again":
          "Odoo counts what a receipt brought: the goods of a correction leave by a transfer of the hub's, and what comes again needs the order raised by a person",
        "tells the accounts, the currency and the periods of an entity's company": noPeriods,
        "posts on the first and the last day of a period, and on no day beside it": noPeriods,
        "tells which dimensions an account wants": noDimensions,
        "refuses a line without a dimension that its account wants, naming it, and takes it with one": noDimensions,
      },
    },
  );
