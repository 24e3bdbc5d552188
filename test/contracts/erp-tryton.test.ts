import { afterAll, describe, test } from "vitest";
import { createSystemClock } from "#adapters/clock";
import { createTrytonErp } from "#adapters/erps/tryton";
import { createHttp } from "#adapters/http";
import { Unavailable } from "#domain/failures";
import { startTryton } from "../../scripts/tryton.ts";
import { trytonPeople } from "../fixtures/tryton.ts";
import { skipReason } from "../skip.ts";
import { erpContract } from "./erp-contract.ts";
import { faultyHttp } from "./faulty-http.ts";

const started = await startTryton();

if ("skipped" in started) {
  skipReason("Tryton", started.skipped);
  describe.skip(`Tryton's adapter (${started.skipped})`, () => {
    test("needs Python and Tryton's packages", () => {});
  });
} else {
  const people = await trytonPeople(started);
  await people.items(["HAT"], ["OLD-HAT"]);
  await people.items(["FITTING"], [], "service");
  await people.locations(["DC", "SHOP"]);
  await people.warehouse("DC");
  await people.party("MILL");
  const accounts = [
    ["1010", "Payment clearing"],
    ["1300", "Inventory"],
    ["2200", "Deferred revenue"],
    ["3000", "Opening equity"],
    ["5000", "Cost of goods sold"],
    ["5900", "Inventory revaluation"],
    ["6900", "Old suspense", "closed"],
    ["7000", "Store expenses"],
  ] as const;
  const books = { accounts, year: ["2026-02-01", "2026-04-30"], closedMonths: ["2026-02"], tax: "TX" } as const;
  // What no test posts twice in may be shared: a company costs a second.
  for (const [code, currency] of [["CA", "CAD"], ["JP", "JPY"], ["KW", "KWD"]] as const) await people.company({ code, currency, ...books }); // biome-ignore format: the three in one line
  const network = createHttp();
  let companies = 0;
  afterAll(async () => {
    network.close();
    await started.stop();
  });

  erpContract(
    "Tryton over loopback",
    async () => {
      companies += 1;
      const north = `US${companies}`;
      await people.company({ code: north, currency: "USD", ...books });
      const http = faultyHttp(network, ({ body }) =>
        /"method":"model\.[a-z.]+\.(create|write|wait|assign_force|receive|do|post|quote|confirm|process)"/.test(String(body)),
      );
      let down = false;
      return {
        erp: createTrytonErp({
          // Every test has the same server: one of them cannot take it down for the others.
          http: { send: (request) => (down ? Promise.reject(new Unavailable("POST: connect ECONNREFUSED")) : http.send(request)) },
          clock: createSystemClock(),
          url: started.url,
          database: started.database,
          credentials: async () => ({ user: started.user, password: started.password }),
          connection: { inventoryJournal: "hub", requestTimeoutSeconds: 60 },
          companies: { north, maple: "CA", kyoto: "JP", gulf: "KW" },
          revaluationAccounts: { north: "5900" },
        }),
        http,
        enterByHand: (lines, day, reverses) => people.journal(north, lines, day, reverses),
        takeDown: async () => void (down = true),
        close: async () => {},
      };
    },
    {
      linesTried: 1_000,
      refusedItem: "FITTING",
      gaps: {
        "lets the goods of a receipt that was taken back come on the same order again":
          "Tryton counts what a supplier's shipment brought for good: what a correction brings again needs the order raised by a person",
        "tells which dimensions an account wants": "Tryton 8.0 has no dimensions that an account wants",
        "refuses a line without a dimension that its account wants, naming it, and takes it with one":
          "Tryton 8.0 has no dimensions that an account wants",
      },
    },
  );
}
