import { afterEach, describe, expect, test } from "vitest";
import { createOdooErp } from "#adapters/erps/odoo";
import { createHttp } from "#adapters/http";
import { UnknownOutcome } from "#domain/failures";
import type { Http } from "#ports/http";
import { journalStep, stockStep } from "../contracts/erp-steps.ts";
import { fillContractDatabase, odooSignIn } from "../erp-doubles/odoo/sample-database.ts";
import { type OdooDoubleSetup, startOdooDouble } from "../erp-doubles/odoo/server.ts";

const network = createHttp();
const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  network.close();
  await Promise.all(open.splice(0).map((close) => close()));
});

interface Change extends Partial<OdooDoubleSetup> {
  readonly given?: { readonly apiKey: string; readonly user?: string };
  readonly asks?: string;
  readonly path?: string;
  readonly http?: Http;
  readonly companies?: Readonly<Record<string, string>>;
}

async function world({
  given = odooSignIn,
  asks = odooSignIn.database,
  path = "",
  http = network,
  companies = { north: "US01" },
  ...setup
}: Change = {}) {
  const double = await startOdooDouble({ ...odooSignIn, version: 19, fill: fillContractDatabase, ...setup });
  open.push(() => double.close());
  let now = Date.parse("2026-03-05T10:00:00.000Z");
  let key: typeof given | undefined = given;
  const erp = createOdooErp({
    http,
    clock: { now: () => new Date(now).toISOString() },
    url: `${double.url}${path}`,
    database: asks,
    credentials: async () => key,
    connection: { inventoryJournal: "hub", requestTimeoutSeconds: 10 },
    companies,
    revaluationAccounts: { north: "5900" },
  });
  return {
    double,
    erp,
    wait: (seconds: number) => void (now += seconds * 1_000),
    use: (apiKey: string | undefined) => void (key = apiKey === undefined ? undefined : { apiKey }),
  };
}

const step = journalStep("sale:a:b:1/c/d/north/USD@1", [["1010", 5], ["2200", -5]]); // biome-ignore format: one journal, one line
const refusal = (erp: { masterData(entity: string): Promise<unknown> }, entity = "north") =>
  erp.masterData(entity).then(
    () => "answered",
    (error: Error) => `${error.name}: ${error.message}`,
  );

describe("what keeps Odoo from answering is told with what to do", () => {
  test("no API key, and one that is wrong: which is shown once a minute, not with every call", async () => {
    const none = await world();
    none.use(undefined);
    expect(await refusal(none.erp)).toBe(
      "Unavailable: no API key is configured for this ERP: put apiKey into the secrets of the connection",
    );
    const { double, erp, wait, use } = await world({ given: { apiKey: "wrong" } });
    expect(await refusal(erp)).toMatch(
      /^Unavailable: the ERP refused the API key for database books: it is wrong, was deleted or has expired; make a new key/,
    );
    expect(await erp.submit([[step]])).toMatchObject([[{ kind: "unavailable" }]]);
    expect(await refusal(erp)).toMatch(/make a new key/);
    expect(double.signIns()).toBe(1);
    use(odooSignIn.apiKey);
    wait(61);
    expect(await refusal(erp)).toBe("answered");
  });

  test("a key that expires while it is in use", async () => {
    const { double, erp } = await world();
    expect(await refusal(erp)).toBe("answered");
    double.renewKey("another");
    expect(await erp.submit([[step]])).toMatchObject([[{ kind: "unavailable", message: expect.stringContaining("has expired") }]]);
  });

  test("by JSON-RPC a wrong key, and one that expires", async () => {
    const wrong = await world({ version: 18, given: { apiKey: "wrong", user: odooSignIn.user } });
    expect(await refusal(wrong.erp)).toContain("the ERP refused user hub@example.com and the API key for database books");
    const { double, erp } = await world({ version: 18 });
    expect(await refusal(erp)).toBe("answered");
    double.renewKey("another");
    expect(await refusal(erp)).toContain("the ERP refused the API key for database books");
  });

  test("another database, another address, and an older Odoo without a user", async () => {
    const told =
      /^Unavailable: \S+ has no API for database \S+: mend url and database of the connection in the policies; an Odoo older than 19 also needs "user"/;
    for (const change of [
      { asks: "other" },
      { asks: "other", version: 18 },
      { path: "/odoo" },
      { version: 18, given: { apiKey: odooSignIn.apiKey } },
    ] as const) {
      const { erp } = await world(change);
      expect(await refusal(erp)).toMatch(told);
    }
  });

  test("a company that is not there, and a permission that is missing", async () => {
    const { erp } = await world({ closed: ["stock.location"], companies: { north: "US01", gone: "XX01" } });
    expect(await refusal(erp, "gone")).toMatch(
      /company XX01 of entity gone is not in this ERP, or its user may not see it: mend erpCompany/,
    );
    expect(await refusal(erp)).toMatch(
      /user may not call stock.location.search_read: .* Give it the groups that docs\/erp-adapters.md names/,
    );
  });

  test("what is missing of the set-up", async () => {
    const { double, erp } = await world();
    for (const journal of double.books.tables.rows("account.journal")) double.books.tables.remove("account.journal", journal.id);
    expect(await refusal(erp)).toMatch(/the company of entity north has no journal with the code THRU in this ERP: create it/);
  });

  test("a redirect, and a host that does not answer", async () => {
    const moved = await world({ http: { send: async () => ({ status: 303, headers: { location: "/web/login" }, body: "" }) } });
    expect(await refusal(moved.erp)).toContain("sends callers elsewhere (HTTP 303): mend the url");
    const silent = await world({ http: { send: () => Promise.reject(new UnknownOutcome("timed out")) } });
    expect(await refusal(silent.erp)).toMatch(/^Unavailable: the ERP did not answer res.company.search_read: timed out; ask again later/);
    expect(await silent.erp.submit([[step]])).toMatchObject([[{ kind: "unavailable" }]]);
  });
});

test("a day that is locked between the look at it and the posting is told: Odoo moves the entry without a word", async () => {
  const { double, erp } = await world({
    http: {
      async send(request) {
        if (request.url.endsWith("/action_post"))
          for (const company of double.books.tables.rows("res.company")) company.hard_lock_date = "2026-03-31";
        return await network.send(request);
      },
    },
  });
  const [[answer] = []] = await erp.submit([[step]]);
  expect(answer).toMatchObject({
    kind: "done",
    warnings: [expect.stringMatching(/^posting-date: 2026-03-05 was locked .* put it on 2026-04-01/)],
  });
});

test("a draft whose day was locked before it was posted waits under its key, and is posted once the day is open", async () => {
  let lost = true;
  const { double, erp } = await world({
    http: {
      async send(request) {
        if (request.url.endsWith("/action_post") && lost) throw new UnknownOutcome("lost before it arrived");
        return await network.send(request);
      },
    },
  });
  const issue = stockStep("issue@1", [[5, 100]]);
  expect(await erp.submit([[issue]])).toMatchObject([[{ kind: "unknown" }]]);
  lost = false;
  const lock = (day: string | false) => {
    for (const company of double.books.tables.rows("res.company")) company.hard_lock_date = day;
  };
  lock("2026-03-31");
  expect(await erp.submit([[issue]])).toMatchObject([
    [{ kind: "unknown", message: expect.stringContaining("its day 2026-03-05 was locked meanwhile") }],
  ]);
  lock(false);
  expect(await erp.submit([[issue]])).toMatchObject([[{ kind: "done" }]]);
  expect(await erp.stock("north")).toMatchObject([{ quantityMillionths: 5_000_000, value: 100, movements: 1 }]);
});

test("an entry by hand with a reference like one of ours is none of ours", async () => {
  const { double, erp } = await world();
  await erp.submit([[step]]);
  const [ours] = double.books.tables.rows("account.move");
  if (ours !== undefined) ours.invoice_origin = false;
  expect(await erp.find(["sale:a:b:1/c/d/north/USD@1"])).toEqual([undefined]);
  expect((await erp.journals({ entity: "north" }, undefined, 10)).journals).toMatchObject([{ key: "", number: "THRU/2026/03/0001" }]);
});

test("the hub must be the one that books the cost of goods", () => {
  const options = {
    http: network,
    clock: { now: () => "" },
    url: "",
    database: "",
    credentials: async () => undefined,
    companies: {},
    revaluationAccounts: {},
  };
  expect(() => createOdooErp({ ...options, connection: { inventoryJournal: "erp", requestTimeoutSeconds: 10 } })).toThrow(
    'set inventoryJournal of its connection to "hub"',
  );
});

test("a currency that Odoo keeps with other decimals than ISO 4217 is told, as amounts would be wrong by a power of ten", async () => {
  const { double, erp } = await world();
  const decimals = (code: string, digits: number) => {
    for (const row of double.books.tables.rows("res.currency")) if (row.name === code) row.decimal_places = digits;
  };
  decimals("CAD", 0);
  const foreign = journalStep("foreign@1", [["1010", 700, 500], ["2200", -700, -500]], { currency: "CAD", functionalCurrency: "USD" }); // biome-ignore format: one journal, one line
  expect(await erp.submit([[foreign]])).toMatchObject([
    [{ kind: "refused", code: "currency-precision", message: expect.stringContaining("keeps CAD with 0 decimals, not 2") }],
  ]);
  const other = await world();
  for (const row of other.double.books.tables.rows("res.currency")) if (row.name === "USD") row.decimal_places = 3;
  expect(await refusal(other.erp)).toMatch(/^Unavailable: the ERP keeps USD with 3 decimals, not 2: mend the rounding factor/);
  expect(await other.erp.submit([[step]])).toMatchObject([[{ kind: "unavailable" }]]);
});

test("a connection that Odoo lost while it wrote is unknown, though its message has the database's name in it", async () => {
  const body = JSON.stringify({ name: "psycopg2.OperationalError", message: "server closed the connection while it wrote to the books" });
  const { erp } = await world({
    http: {
      send: async (request) =>
        request.url.endsWith("account.move/create") ? { status: 500, headers: {}, body } : await network.send(request),
    },
  });
  expect(await erp.submit([[step]])).toMatchObject([[{ kind: "unknown", message: expect.stringContaining("OperationalError") }]]);
});

test("a list that is longer than a page is read whole", async () => {
  const { double, erp } = await world();
  for (let number = 0; number < 20_000; number += 1)
    double.books.tables.insert("product.product", { default_code: `SKU-${number}`, name: "", active: true });
  const { items } = await erp.masterData("north");
  expect(new Set(items?.map(({ code }) => code)).size).toBe(20_003);
});
