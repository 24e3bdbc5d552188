import { afterEach, describe, expect, test } from "vitest";
import { createErpNextErp } from "#adapters/erps/erpnext";
import { createHttp } from "#adapters/http";
import { UnknownOutcome } from "#domain/failures";
import type { Http } from "#ports/http";
import { journalStep, stockStep } from "../contracts/erp-steps.ts";
import { erpNextToken, fillContractSite } from "../erp-doubles/erpnext/sample-site.ts";
import { type ErpNextDoubleSetup, startErpNextDouble } from "../erp-doubles/erpnext/server.ts";

const network = createHttp();
const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  network.close();
  await Promise.all(open.splice(0).map((close) => close()));
});

interface Change extends Partial<ErpNextDoubleSetup> {
  readonly given?: { readonly apiKey: string; readonly apiSecret: string } | undefined;
  readonly path?: string;
  readonly http?: Http;
  readonly companies?: Readonly<Record<string, string>>;
}

async function world(change: Change = {}) {
  const { path = "", http = network, companies = { north: "US01" }, given: _, ...setup } = change;
  const double = await startErpNextDouble({ ...erpNextToken, fill: fillContractSite, ...setup });
  open.push(() => double.close());
  let now = Date.parse("2026-03-05T10:00:00.000Z");
  let token = "given" in change ? change.given : erpNextToken;
  const erp = createErpNextErp({
    http,
    clock: { now: () => new Date(now).toISOString() },
    url: `${double.url}${path}`,
    credentials: async () => token,
    connection: { inventoryJournal: "hub", requestTimeoutSeconds: 10 },
    companies,
    revaluationAccounts: { north: "5900" },
  });
  return { double, erp, wait: (seconds: number) => void (now += seconds * 1_000), use: (given: typeof token) => void (token = given) };
}

const step = journalStep("sale:a:b:1/c/d/north/USD@1", [["1010", 5], ["2200", -5]]); // biome-ignore format: one journal, one line
const refusal = (erp: { masterData(entity: string): Promise<unknown> }, entity = "north") =>
  erp.masterData(entity).then(
    () => "answered",
    (error: Error) => `${error.name}: ${error.message}`,
  );

describe("what keeps ERPNext from answering is told with what to do", () => {
  test("no token, and one that is wrong: which is shown once a minute, not with every call", async () => {
    const none = await world({ given: undefined });
    expect(await refusal(none.erp)).toBe(
      "Unavailable: no token is configured for this ERP: put apiKey and apiSecret into the secrets of the connection",
    );
    const { double, erp, wait, use } = await world({ given: { ...erpNextToken, apiSecret: "wrong" } });
    expect(await refusal(erp)).toMatch(
      /^Unavailable: the ERP refused the token: it is wrong, was renewed, or its user is disabled; generate keys/,
    );
    expect(await erp.submit([[step]])).toMatchObject([[{ kind: "unavailable" }]]);
    expect(double.signIns()).toBe(1);
    use(erpNextToken);
    wait(61);
    expect(await refusal(erp)).toBe("answered");
  });

  test("a token that is renewed while it is in use", async () => {
    const { double, erp } = await world();
    expect(await refusal(erp)).toBe("answered");
    double.renewSecret("another");
    expect(await erp.submit([[step]])).toMatchObject([[{ kind: "unavailable", message: expect.stringContaining("was renewed") }]]);
  });

  test("another address, a company that is not there, a permission that is missing", async () => {
    expect(await refusal((await world({ path: "/desk" })).erp)).toMatch(/is no site of ERPNext, or another one \(HTTP 404\): mend the url/);
    const { erp } = await world({ closed: ["Warehouse"], companies: { north: "US01", gone: "XX01" } });
    expect(await refusal(erp, "gone")).toMatch(
      /company XX01 of entity gone is not in this ERP, or its user may not see it: mend erpCompany/,
    );
    expect(await refusal(erp)).toMatch(
      /user may not do frappe.client.get_list: .*Warehouse Give it the roles that docs\/erp-adapters.md names/,
    );
  });

  test("a redirect, and a host that does not answer", async () => {
    const moved = await world({ http: { send: async () => ({ status: 301, headers: {}, body: "" }) } });
    expect(await refusal(moved.erp)).toContain("sends callers elsewhere (HTTP 301): mend the url");
    const silent = await world({ http: { send: () => Promise.reject(new UnknownOutcome("timed out")) } });
    expect(await refusal(silent.erp)).toMatch(/^Unavailable: the ERP did not answer frappe.client.get_list: timed out; ask again later/);
    expect(await silent.erp.submit([[step]])).toMatchObject([[{ kind: "unavailable" }]]);
  });
});

test("a site that limits the time of requests is left alone for as long as it says, at whatever request, and each document is there once", async () => {
  const { double, erp } = await world();
  const lines = [["1010", 5], ["2200", -5]] as const; // biome-ignore format: one journal, one line
  const kinds = new Set<string>();
  let documents = 0;
  for (let seconds = 0; seconds < 14; seconds += 1) {
    const key = `limited/${seconds}@1`;
    double.limit(seconds, 1_242);
    const [[answer] = []] = await erp.submit([[journalStep(key, lines)]]);
    kinds.add(answer?.kind ?? "none");
    if (answer?.kind === "unavailable") {
      expect(answer).toMatchObject({ throttled: true, retryAfterSeconds: 1_242 });
      expect(double.site.all("Journal Entry")).toHaveLength(documents);
    }
    double.limit();
    expect(await erp.submit([[journalStep(key, lines)]])).toMatchObject([[{ kind: "done" }]]);
    documents += 1;
    expect(double.site.all("Journal Entry").map(({ docstatus }) => docstatus)).toEqual(Array(documents).fill(1));
  }
  // Before its draft, after it, and with all the time that it takes.
  expect([...kinds].sort()).toEqual(["done", "unavailable", "unknown"]);
});

test("a key that somebody else has just taken is unknown, and found there", async () => {
  const { double, erp } = await world({
    http: {
      async send(request) {
        if (request.url.endsWith("insert_many") && double.site.all("Journal Entry").length === 0) await other.erp.submit([[step]]);
        return await network.send(request);
      },
    },
  });
  const other = { erp: createSecond(double.url) };
  expect(await erp.submit([[step]])).toMatchObject([
    [{ kind: "unknown", message: expect.stringContaining("the key is in the ERP already") }],
  ]);
  expect(await erp.submit([[step]])).toMatchObject([[{ kind: "done" }]]);
  expect(double.site.all("Journal Entry")).toHaveLength(1);
});

function createSecond(url: string) {
  return createErpNextErp({
    http: network,
    clock: { now: () => "2026-03-05T10:00:00.000Z" },
    url,
    credentials: async () => erpNextToken,
    connection: { inventoryJournal: "hub", requestTimeoutSeconds: 10 },
    companies: { north: "US01" },
    revaluationAccounts: {},
  });
}

test("goods that are worth nothing are refused: ERPNext takes no entry without an amount", async () => {
  const { double, erp } = await world();
  expect(await erp.submit([[stockStep("issue@1", [[-1]])]])).toMatchObject([[{ kind: "refused", code: "no-cost" }]]);
  expect([double.site.all("Journal Entry"), double.site.all("Stock Entry")]).toEqual([[], []]);
});

test("where negative stock is not allowed the document is refused whole, and its key is free again", async () => {
  const { double, erp } = await world();
  await erp.submit([[stockStep("opening@1", [[1, 300]])]]);
  double.settings.allow_negative_stock = 0;
  const issue = stockStep("issue@1", [[-3]]);
  expect(await erp.submit([[issue]])).toMatchObject([[{ kind: "refused", message: expect.stringContaining("needed in Warehouse") }]]);
  expect(double.site.all("Journal Entry")).toHaveLength(1);
  double.settings.allow_negative_stock = 1;
  expect(await erp.submit([[issue]])).toMatchObject([[{ kind: "done", costs: [{ totalCost: 900 }] }]]);
});

test("goods of which a part moved are no document that was refused: it is taken further under its key", async () => {
  const { double, erp } = await world();
  await erp.submit([[stockStep("opening@1", [[1, 300]])]]);
  double.settings.allow_negative_stock = 0;
  // biome-ignore format: out of one place, into the other
  const transfer = stockStep("transfer@1", [[-3], [3, 900, "SHOP"]]);
  expect(await erp.submit([[transfer]])).toMatchObject([
    [{ kind: "unknown", message: expect.stringContaining("a part of the goods moved and the journal is still a draft") }],
  ]);
  expect(await erp.find(["transfer@1"])).toEqual([undefined]);
  double.settings.allow_negative_stock = 1;
  expect(await erp.submit([[transfer]])).toMatchObject([[{ kind: "done" }]]);
  expect((await erp.stock("north")).map(({ location, quantityMillionths }) => [location, quantityMillionths])).toEqual([
    ["DC", -2_000_000],
    ["SHOP", 3_000_000],
  ]);
});

test("a site that rounds to fewer decimals than the currency has takes no journal, not a rounded one", async () => {
  const { double, erp } = await world({ companies: { gulf: "KW01" } });
  const of = { entity: "gulf", functionalCurrency: "KWD" };
  const kept = journalStep("kept@1", [["1010", 1_500], ["2200", -1_500]], of); // biome-ignore format: one journal, one line
  const rounded = journalStep("rounded@1", [["1010", 1_234], ["2200", -1_234]], of); // biome-ignore format: one journal, one line
  double.settings.currency_precision = null;
  expect(await erp.submit([[rounded], [kept]])).toMatchObject([
    [
      {
        kind: "refused",
        code: "currency-precision",
        message: expect.stringContaining("set Currency Precision in its System Settings to 3"),
      },
    ],
    [{ kind: "done" }],
  ]);
  expect(double.site.all("Journal Entry").map(({ throughline_key }) => throughline_key)).toEqual(["kept@1"]);
  double.settings.currency_precision = 3;
  expect(await erp.submit([[rounded]])).toMatchObject([[{ kind: "done" }]]);
  expect((await erp.trialBalance("gulf", {})).accounts.map(({ debit, credit }) => [debit, credit])).toEqual([
    [2_734, 0],
    [0, 2_734],
  ]);
});

test("a stock document that the remark of an entry cannot tell is refused before anything is written", async () => {
  const { double, erp } = await world();
  const long = (movements: number) => stockStep(`long-${movements}@1`, Array(movements).fill([1, 100]));
  expect(await erp.submit([[long(400)]])).toMatchObject([[{ kind: "refused", code: "too-many-lines" }]]);
  expect(double.site.all("Stock Entry")).toEqual([]);
  expect(await erp.submit([[long(250)]])).toMatchObject([[{ kind: "done" }]]);
});

test("a day up to which the accounts are frozen is closed", async () => {
  const { double, erp } = await world();
  double.settings.acc_frozen_upto = "2026-03-10";
  expect((await erp.masterData("north")).periods).toEqual([
    { from: "2026-02-01", to: "2026-03-10", open: false },
    { from: "2026-03-11", to: "2026-04-30", open: true },
  ]);
  expect(await erp.submit([[step]])).toMatchObject([[{ kind: "refused", code: "period-closed" }]]);
});

test("a list that is longer than a page is read whole", async () => {
  const { double, erp } = await world();
  for (let number = 0; number < 20_000; number += 1)
    double.site.put("Item", { item_name: "", stock_uom: "Nos", disabled: 0 }, `SKU-${number}`);
  const { items } = await erp.masterData("north");
  expect(new Set(items?.map(({ code }) => code)).size).toBe(20_003);
});

test("an entry that was cancelled is not found any more, and one by hand is none of ours", async () => {
  const { double, erp } = await world();
  await erp.submit([[step]]);
  const [entry] = double.site.all("Journal Entry");
  if (entry === undefined) throw new Error("an entry was expected");
  entry.user_remark = "by hand";
  expect((await erp.journals({ entity: "north" }, undefined, 10)).journals).toMatchObject([{ key: "", number: entry.name }]);
  entry.docstatus = 2;
  expect(await erp.find(["sale:a:b:1/c/d/north/USD@1"])).toEqual([undefined]);
  expect((await erp.journals({ entity: "north" }, undefined, 10)).journals).toEqual([]);
});

test("the hub must be the one that books the cost of goods", () => {
  const options = {
    http: network,
    clock: { now: () => "" },
    url: "",
    credentials: async () => undefined,
    companies: {},
    revaluationAccounts: {},
  };
  expect(() => createErpNextErp({ ...options, connection: { inventoryJournal: "erp", requestTimeoutSeconds: 10 } })).toThrow(
    'set inventoryJournal of its connection to "hub"',
  );
});

test("a draft that an earlier send left is looked at like a new one: what the site has rounded is not posted", async () => {
  const { double, erp } = await world({ companies: { gulf: "KW01" } });
  const of = { entity: "gulf", functionalCurrency: "KWD" };
  const rounded = journalStep("rounded@1", [["1010", 1_234], ["2200", -1_234]], of); // biome-ignore format: one journal, one line
  double.settings.currency_precision = null;
  double.closed.push("Journal Entry Account");
  expect(await erp.submit([[rounded]])).toMatchObject([[{ kind: "unknown" }]]);
  expect(double.site.all("Journal Entry")).toMatchObject([{ throughline_key: "rounded@1", docstatus: 0 }]);
  double.closed.pop();
  expect(await erp.submit([[rounded]])).toMatchObject([[{ kind: "refused", code: "currency-precision" }]]);
  expect(double.site.all("Journal Entry")).toEqual([]);
});

test("pages go by what was read last: no journal is missed where one before it is cancelled, nor among those of one instant", async () => {
  const { double, erp } = await world();
  const lines = [["1010", 5], ["2200", -5]] as const; // biome-ignore format: one journal, one line
  await erp.submit(["a@1", "b@1", "c@1", "d@1", "e@1"].map((key) => [journalStep(key, lines)]));
  const entries = double.site.all("Journal Entry");
  for (const entry of entries.slice(1, 4)) entry.creation = "2026-03-05 11:00:00.000001";
  for (const entry of entries.slice(4)) entry.creation = "2026-03-05 12:00:00.000001";
  const first = await erp.documentKeys({ entity: "north" }, undefined, 2);
  expect(first.keys).toEqual(["a@1", "b@1"]);
  for (const entry of entries.slice(0, 1)) entry.docstatus = 2;
  const second = await erp.documentKeys({ entity: "north" }, first.next, 2);
  const third = await erp.documentKeys({ entity: "north" }, second.next, 2);
  expect([second.keys, third.keys, third.next]).toEqual([["c@1", "d@1"], ["e@1"], undefined]);
});

test("a question that the site refuses while documents are under way is an answer for each of them, not the end of the call", async () => {
  const refused = { exc_type: "ValidationError", _server_messages: JSON.stringify([JSON.stringify({ message: "Invalid filter" })]) };
  const { erp } = await world({
    http: {
      send: async (request) =>
        String(request.body).includes('"doctype":"Journal Entry Account"')
          ? { status: 417, headers: {}, body: JSON.stringify(refused) }
          : await network.send(request),
    },
  });
  const lines = [["1010", 5], ["2200", -5]] as const; // biome-ignore format: one journal, one line
  const answer = { kind: "unknown", message: "the ERP did not answer: FrappeRefusal: Invalid filter" };
  expect(await erp.submit([[journalStep("a@1", lines)], [journalStep("b@1", lines)]])).toEqual([[answer], [answer]]);
});

test("a document that nobody foresaw is refused by the name of its fault, and its neighbours are posted", async () => {
  const { erp } = await world();
  const broken = { ...step, document: { ...(step as { document: object }).document, lines: undefined } } as unknown as typeof step;
  const other = journalStep("b@1", [["1010", 5], ["2200", -5]]); // biome-ignore format: one journal, one line
  expect(await erp.submit([[broken], [other]])).toMatchObject([
    [
      {
        kind: "refused",
        code: "cannot-plan",
        message: expect.stringMatching(/cannot plan this document: TypeError: .*; nothing was sent$/),
      },
    ],
    [{ kind: "done" }],
  ]);
});

test("a document that is refused leaves no trace in the averages of those that go with it", async () => {
  const { erp } = await world();
  await erp.submit([[stockStep("opening@1", [[10, 1_000]])]]);
  // Its first movement could be booked, its second cannot.
  const refused = stockStep("refused@1", [[10, 9_000], [1, 100, "NOWHERE"]]); // biome-ignore format: one document, one line
  expect(await erp.submit([[refused], [stockStep("issue@1", [[-4]])]])).toMatchObject([
    [{ kind: "refused", code: "unknown-location" }],
    [{ kind: "done", costs: [{ movement: "line-1", totalCost: 400 }] }],
  ]);
});
