import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { journal, type RunningErp, reversal, startErp, stock } from "../fixtures/sandbox-erp.ts";

let erp: RunningErp;
beforeEach(async () => {
  erp = await startErp();
});
afterEach(() => erp.close());

const capture = [
  ["1010", 10_000],
  ["2200", -10_000],
] as const;

async function balances(company = "US01", query = ""): Promise<Record<string, [number, number]>> {
  const { body } = await erp.call("GET", `/v1/companies/${company}/trial-balance${query}`);
  return Object.fromEntries(body.accounts.map((each) => [each.account, [each.debit, each.credit]]));
}

async function level() {
  return (await erp.call("GET", "/v1/companies/US01/stock")).body.levels[0]!;
}

describe("journals", () => {
  it("takes a balanced journal and gives it the company's next number", async () => {
    expect(await erp.post(journal("a", capture), journal("b", capture))).toEqual([
      { status: "done", key: "a", number: "US01-000001" },
      { status: "done", key: "b", number: "US01-000002" },
    ]);
    expect(await balances()).toEqual({ "1010": [20_000, 0], "2200": [0, 20_000] });
  });

  it("refuses a journal that does not balance, says by how much, and consumes no number", async () => {
    const [answer] = await erp.post(journal("a", [["1010", 10_000], ["2200", -9_999]])); // biome-ignore format: one journal, one line
    expect(answer).toEqual({
      status: "refused",
      code: "unbalanced",
      message: "journal a does not balance: debits less credits are 1 USD in minor units",
    });
    expect(await erp.post(journal("a", capture))).toEqual([{ status: "done", key: "a", number: "US01-000001" }]);
  });

  it("refuses a journal in another currency whose functional amounts do not balance", async () => {
    const [answer] = await erp.post(
      journal("a", [["1010", 10_000, 7_400], ["2200", -10_000, -7_399]], { currency: "CAD" }), // biome-ignore format: one journal, one line
    );
    expect(answer).toMatchObject({ code: "unbalanced", message: expect.stringContaining("1 USD (functional)") });
  });

  it("keeps a journal in another currency by its functional amounts, FX lines with no transaction amount included", async () => {
    const [answer] = await erp.post(
      journal("a", [["1010", 10_000, 7_400], ["2200", -10_000, -7_350], ["4000", 0, -50]], { currency: "CAD" }), // biome-ignore format: one journal, one line
    );
    expect(answer.status).toBe("done");
    expect(await balances()).toEqual({ "1010": [7_400, 0], "2200": [0, 7_350], "4000": [0, 50] });
  });

  it("refuses functional amounts that differ in the functional currency itself", async () => {
    const [answer] = await erp.post(journal("a", [["1010", 100, 90], ["2200", -100, -90]])); // biome-ignore format: one journal, one line
    expect(answer.code).toBe("currency-mismatch");
  });

  it("refuses an account that is not in the chart, by name, until it is created", async () => {
    const step = journal("a", [["1010", 500], ["4711", -500]]); // biome-ignore format: one journal, one line
    expect((await erp.post(step))[0]).toEqual({
      status: "refused",
      code: "unknown-account",
      message: "account 4711 is not in the chart of company US01: create it, or mend the mapping",
    });
    await erp.call("PUT", "/v1/companies/US01/accounts", { accounts: [{ number: "4711", name: "Perfume" }] });
    expect((await erp.post(step))[0].status).toBe("done");
  });

  it("refuses a posting date in a closed period or in none, and takes it once the period is open", async () => {
    const closed = journal("a", capture, { postingDate: "2026-02-28" });
    expect((await erp.post(closed))[0]).toEqual({
      status: "refused",
      code: "period-closed",
      message: "posting date 2026-02-28 is in no open period of company US01: the first open period starts on 2026-03-01",
    });
    expect((await erp.post(journal("b", capture, { postingDate: "2027-01-01" })))[0].code).toBe("period-closed");
    const periods = [{ id: "2026-02", from: "2026-02-01", to: "2026-02-28", state: "open" }];
    await erp.call("PUT", "/v1/companies/US01/periods", { periods });
    expect((await erp.post(closed))[0].status).toBe("done");
  });

  it("refuses a company's journal in the wrong functional currency and an unknown company", async () => {
    expect((await erp.post(journal("a", capture, { company: "CA01" })))[0].code).toBe("currency-mismatch");
    expect((await erp.post(journal("a", capture, { company: "FR01" })))[0].code).toBe("unknown-company");
  });

  it("refuses amounts that are not whole or out of range, a date that does not exist and a member it does not know, naming the field", async () => {
    expect((await erp.post(journal("a", [["1010", 0.5], ["2200", -0.5]])))[0]).toMatchObject({ code: "invalid-step", message: expect.stringContaining("lines.0.amount") }); // biome-ignore format: one journal, one line
    expect((await erp.post(journal("a", [["1010", 10_000_000_000_001], ["2200", -10_000_000_000_001]])))[0].code).toBe("invalid-step"); // biome-ignore format: one journal, one line
    expect((await erp.post(journal("a", capture, { postingDate: "2026-02-30" })))[0].message).toContain("postingDate");
    expect((await erp.post(journal("a", capture, { postingdate: "2026-03-01" })))[0].message).toContain("postingdate");
  });
});

describe("keys", () => {
  it("gives the first answer again, byte for byte, also when the members come in another order", async () => {
    const step = journal("a", [["1010", 100], ["2200", -100]]) as { lines: object[] }; // biome-ignore format: one journal, one line
    const withDimensions = { ...step, lines: step.lines.map((line) => ({ ...line, dimensions: { store: "12", channel: "web" } })) };
    const first = await erp.call("POST", "/v1/batches", { groups: [[withDimensions]] });
    const reordered = {
      lines: step.lines.map((line) => ({ dimensions: { channel: "web", store: "12" }, ...line })),
      ...Object.fromEntries(Object.entries(step).reverse().filter(([name]) => name !== "lines")), // biome-ignore format: reads as one move
    };
    await erp.post(journal("between", capture));
    const second = await erp.call("POST", "/v1/batches", { groups: [[reordered]] });
    expect(second.text).toBe(first.text);
    expect(await balances()).toEqual({ "1010": [10_100, 0], "2200": [0, 10_100] });
  });

  it("gives the first answer of an issue again although the average has moved since", async () => {
    await erp.post(stock("receipt", [[10, 1_000]]));
    const first = await erp.post(stock("issue", [[-2]]));
    await erp.post(stock("dearer", [[10, 9_000]]));
    expect(await erp.post(stock("issue", [[-2]]))).toEqual(first);
    expect(first[0].costs).toEqual([{ movement: "line-1", totalCost: 200 }]);
    expect((await level()).quantityMillionths).toBe(18_000_000);
  });

  it("refuses other content under a key and leaves the first document alone", async () => {
    await erp.post(journal("a", capture));
    const [answer] = await erp.post(journal("a", [["1010", 9_000], ["2200", -9_000]])); // biome-ignore format: one journal, one line
    expect(answer).toMatchObject({ status: "refused", code: "key-reused", message: expect.stringContaining("key a already stands") });
    expect(await balances()).toEqual({ "1010": [10_000, 0], "2200": [0, 10_000] });
  });

  it("holds one key for one document, whatever its type or company", async () => {
    await erp.post(journal("a", capture));
    expect((await erp.post(stock("a", [[1, 5]])))[0].code).toBe("key-reused");
    expect((await erp.post(journal("a", capture, { company: "CA01", currency: "CAD", functionalCurrency: "CAD" })))[0].code).toBe(
      "key-reused",
    );
  });

  it("takes keys of 500 characters with any separators and finds them by path and by look-up", async () => {
    const key = `sale:shopify:sample.myshopify.com:1/a#b?c%2F é@1${"x".repeat(452)}`;
    expect(key.length).toBe(500);
    expect((await erp.post(journal(key, capture)))[0].status).toBe("done");
    expect((await erp.call("GET", `/v1/documents/${encodeURIComponent(key)}`)).body.key).toBe(key);
    const { body } = await erp.call("POST", "/v1/documents/lookup", { keys: ["absent", key] });
    expect(body.documents).toEqual([null, { status: "done", key, number: "US01-000001" }]);
    expect((await erp.post(journal(`${key}x`, capture)))[0].code).toBe("invalid-step");
  });
});

describe("groups", () => {
  it("stops a group at its first refusal, keeps what was done before it, and goes on with the next group", async () => {
    const { body } = await erp.call("POST", "/v1/batches", {
      groups: [
        [journal("a", capture), journal("b", capture, { postingDate: "2026-02-01" }), journal("c", capture)],
        [journal("d", capture)],
        [{ type: "journal", key: "e" }, journal("f", capture)],
      ],
    });
    const kinds = body.groups.map((group) => group.map((answer) => answer.code ?? answer.status));
    expect(kinds).toEqual([["done", "period-closed", "skipped"], ["done"], ["invalid-step", "skipped"]]);
    expect((await erp.call("GET", "/v1/document-keys")).body.keys).toEqual(["a", "d"]);
  });

  it("turns away a whole call that is no batch, has no groups, or has more than 1,000 steps", async () => {
    expect(await erp.call("POST", "/v1/batches", "{")).toMatchObject({ status: 400, body: { code: "invalid-json" } });
    expect(await erp.call("POST", "/v1/batches", { groups: [] })).toMatchObject({ status: 400, body: { code: "invalid-request" } });
    const groups = [Array.from({ length: 501 }, (_, index) => journal(`a${index}`, capture)), Array(500).fill(journal("b", capture))];
    expect(await erp.call("POST", "/v1/batches", { groups })).toMatchObject({ status: 413, body: { code: "too-large" } });
    expect((await erp.call("GET", "/v1/document-keys")).body.keys).toEqual([]);
  });
});

describe("stock", () => {
  it("answers an issue with its cost and books COGS against inventory under the same key", async () => {
    await erp.post(stock("opening", [[10, 2_500]], { movements: [{ ...opening, counterAccount: "3000" }] }));
    const [issue] = await erp.post(stock("issue", [[-4]]));
    expect(issue).toEqual({ status: "done", key: "issue", number: "US01-000002", costs: [{ movement: "line-1", totalCost: 1_000 }] });
    expect(await balances()).toEqual({ "1300": [2_500, 1_000], "3000": [0, 2_500], "5000": [1_000, 0] });
    const { body } = await erp.call("GET", "/v1/documents/issue");
    expect(body.lines).toEqual([
      { account: "5000", role: "cogs", debit: 1_000, credit: 0, functionalDebit: 1_000, functionalCredit: 0, dimensions: {} },
      { account: "1300", role: "inventory", debit: 0, credit: 1_000, functionalDebit: 0, functionalCredit: 1_000, dimensions: {} },
    ]);
    expect(body.movements).toEqual([{ id: "line-1", item: "HAT", location: "DC", quantityMillionths: -4_000_000, totalCost: 1_000 }]);
  });
  const opening = { id: "o", item: "HAT", location: "DC", quantityMillionths: 10_000_000, totalCost: 2_500, inventoryAccount: "1300" };

  it("lets stock go negative at the last average, with a warning that names item and location", async () => {
    await erp.post(stock("receipt", [[5, 5_000]]));
    const [issue] = await erp.post(stock("issue", [[-10]]));
    expect(issue.costs).toEqual([{ movement: "line-1", totalCost: 10_000 }]);
    expect(issue.warnings).toEqual([
      {
        code: "negative-stock",
        message: "stock of HAT at DC is -5: count it, or record the receipt that is missing",
        item: "HAT",
        location: "DC",
      },
    ]);
    expect(await level()).toEqual({ item: "HAT", location: "DC", quantityMillionths: -5_000_000, value: -5_000, movements: 2 });
  });

  it("books the difference of a receipt into negative stock to the revaluation account", async () => {
    // As in the costing example: 5 short at 10.00; 8 arrive at 12.00: inventory +86.00, revaluation 10.00, counter account 96.00.
    await erp.post(stock("receipt", [[5, 5_000]]));
    await erp.post(stock("issue", [[-10]]));
    await erp.post(stock("late", [[8, 9_600]]));
    const { body } = await erp.call("GET", "/v1/documents/late");
    expect(body.lines.map((line) => [line.account, line.role, line.debit, line.credit])).toEqual([
      ["5000", "cogs", 0, 9_600],
      ["1300", "inventory", 8_600, 0],
      ["5900", "inventory-revaluation", 1_000, 0],
    ]);
    expect(await level()).toMatchObject({ quantityMillionths: 3_000_000, value: 3_600 });
    const { "1300": inventory } = await balances();
    expect(inventory![0] - inventory![1]).toBe(3_600);
  });

  it("warns of goods that move without ever having had a cost, and books nothing for them", async () => {
    const [issue] = await erp.post(stock("issue", [[-1]]));
    expect(issue.costs).toEqual([{ movement: "line-1", totalCost: 0 }]);
    expect(issue.warnings.map((warning) => warning.code)).toEqual(["no-cost", "negative-stock"]);
    expect((await erp.call("GET", "/v1/journals")).body.journals).toEqual([]);
    expect((await erp.call("GET", "/v1/document-keys")).body.keys).toEqual(["issue"]);
  });

  it("lets the movements of one document see each other", async () => {
    const [answer] = await erp.post(stock("both", [[2, 100], [2, 300], [-3]])); // biome-ignore format: one document, one line
    expect(answer.costs).toEqual([
      { movement: "line-1", totalCost: 100 },
      { movement: "line-2", totalCost: 300 },
      { movement: "line-3", totalCost: 300 },
    ]);
    expect(await level()).toMatchObject({ quantityMillionths: 1_000_000, value: 100, movements: 3 });
  });

  it("keeps locations apart", async () => {
    const at = (location: string) => ({ id: location, item: "HAT", location, inventoryAccount: "1300", counterAccount: "5000" });
    await erp.post(
      stock("receipts", [], {
        movements: [
          { ...at("DC"), quantityMillionths: 1_000_000, totalCost: 500 },
          { ...at("S1"), quantityMillionths: 1_000_000, totalCost: 900 },
        ],
      }),
    );
    const [issue] = await erp.post(stock("issue", [], { movements: [{ ...at("S1"), quantityMillionths: -1_000_000 }] }));
    expect(issue.costs).toEqual([{ movement: "S1", totalCost: 900 }]);
  });

  it("refuses stock in a closed period and in a currency that is not the company's", async () => {
    expect((await erp.post(stock("a", [[1, 100]], { postingDate: "2026-02-28" })))[0].code).toBe("period-closed");
    expect((await erp.post(stock("a", [[1, 100]], { functionalCurrency: "CAD" })))[0].code).toBe("currency-mismatch");
    expect((await erp.call("GET", "/v1/companies/US01/stock")).body.levels).toEqual([]);
  });

  it("refuses a document whole when one movement is wrong: an unknown account, a movement named twice, stock out of range", async () => {
    await erp.post(stock("receipt", [[1, 100]]));
    const bad = { id: "x", item: "HAT", location: "DC", quantityMillionths: -1_000_000, inventoryAccount: "1300", counterAccount: "5001" };
    const [good] = (stock("x", [[-1]]) as { movements: object[] }).movements;
    expect((await erp.post(stock("x", [], { movements: [good, bad] })))[0].code).toBe("unknown-account");
    expect((await erp.post(stock("y", [], { movements: [good, good] })))[0].code).toBe("invalid-step");
    const huge = Array.from({ length: 10 }, (_, index) => ({ ...good, id: `m${index}`, quantityMillionths: 1_000_000_000_000_000 }));
    expect((await erp.post(stock("z", [], { movements: huge })))[0].code).toBe("amount-out-of-range");
    expect(await level()).toMatchObject({ quantityMillionths: 1_000_000, value: 100, movements: 1 });
  });
});

describe("reversals", () => {
  it("mirrors a journal, keeps its business date, and links both ways", async () => {
    await erp.post(journal("a", capture));
    expect(await erp.post(reversal("a/reversal", "a"))).toEqual([{ status: "done", key: "a/reversal", number: "US01-000002" }]);
    const { journals } = (await erp.call("GET", "/v1/journals")).body;
    expect(journals[0]).toMatchObject({ key: "a", reversedBy: "a/reversal" });
    expect(journals[0]?.reverses).toBeUndefined();
    expect(journals[1]).toMatchObject({ key: "a/reversal", reverses: "a", businessDate: "2026-03-04", postingDate: "2026-03-05" });
    expect(journals[1]?.lines.map((line) => [line.account, line.debit, line.credit])).toEqual([
      ["1010", 0, 10_000],
      ["2200", 10_000, 0],
    ]);
    expect(await balances()).toEqual({ "1010": [10_000, 10_000], "2200": [10_000, 10_000] });
  });

  it("brings stock back at its original cost", async () => {
    await erp.post(stock("receipt", [[10, 1_000]]));
    await erp.post(stock("issue", [[-4]]));
    await erp.post(stock("dearer", [[6, 1_800]]));
    const [answer] = await erp.post(reversal("issue/reversal", "issue"));
    expect(answer.costs).toEqual([{ movement: "line-1", totalCost: 400 }]);
    expect(await level()).toMatchObject({ quantityMillionths: 16_000_000, value: 2_800 });
    expect(await balances()).toEqual({ "1300": [3_200, 400], "5000": [400, 3_200] });
  });

  it("takes back a receipt that was dearer than what is left, without stranding value", async () => {
    await erp.post(stock("receipt", [[4, 4_800]]), stock("issue", [[-4]]), stock("cheap", [[4, 2_000]]));
    await erp.post(reversal("receipt/reversal", "receipt"));
    expect(await level()).toMatchObject({ quantityMillionths: 0, value: 0 });
    // Inventory: +48 -48 +20 -48 +28; the 28.00 that would stay below nothing are the revaluation's.
    expect(await balances()).toMatchObject({ "1300": [9_600, 9_600], "5900": [0, 2_800] });
  });

  it("happens once: the same key again gives the first answer, another key is refused by naming the first", async () => {
    await erp.post(journal("a", capture));
    const first = await erp.post(reversal("a/reversal", "a"));
    expect(await erp.post(reversal("a/reversal", "a"))).toEqual(first);
    expect(await erp.post(reversal("other", "a"))).toEqual([
      {
        status: "refused",
        code: "already-reversed",
        message: "document a was already reversed by a/reversal: nothing is left to reverse",
      },
    ]);
    expect((await erp.post(reversal("a/reversal", "a", { postingDate: "2026-03-06" })))[0].code).toBe("key-reused");
    expect(await balances()).toEqual({ "1010": [10_000, 10_000], "2200": [10_000, 10_000] });
  });

  it("refuses what it cannot reverse: nothing, a reversal, another company's document, in a closed period", async () => {
    await erp.post(journal("a", capture));
    expect((await erp.post(reversal("r", "absent")))[0].code).toBe("unknown-document");
    expect((await erp.post(reversal("r", "a", { company: "CA01" })))[0].code).toBe("company-mismatch");
    expect((await erp.post(reversal("r", "a", { postingDate: "2026-02-01" })))[0].code).toBe("period-closed");
    expect((await erp.post(reversal("r", "a")))[0].status).toBe("done");
    expect((await erp.post(reversal("rr", "r")))[0].code).toBe("not-reversible");
  });
});

describe("reports", () => {
  beforeEach(async () => {
    await erp.post(
      journal("web/1", capture, { postingDate: "2026-03-01" }),
      journal("web/2", capture, { postingDate: "2026-03-31" }),
      journal("pos_1", capture, { postingDate: "2026-04-01" }),
    );
    await erp.post(journal("web/3", capture, { company: "CA01", currency: "CAD", functionalCurrency: "CAD" }));
  });

  it("gives the trial balance of the days asked for, both inclusive", async () => {
    expect(await balances("US01", "?from=2026-03-31&to=2026-04-01")).toEqual({ "1010": [20_000, 0], "2200": [0, 20_000] });
    expect(await balances("US01", "?to=2026-03-30")).toEqual({ "1010": [10_000, 0], "2200": [0, 10_000] });
    expect(await balances("CA01")).toEqual({ "1010": [10_000, 0], "2200": [0, 10_000] });
  });

  it("pages through journals and keys by company, days and the start of the key, taken literally", async () => {
    const keys = async (query: string) => (await erp.call("GET", `/v1/document-keys?${query}`)).body;
    expect(await keys("limit=3")).toEqual({ keys: ["web/1", "web/2", "pos_1"], next: "3" });
    expect(await keys("limit=3&after=3")).toEqual({ keys: ["web/3"] });
    expect(await keys("limit=4")).toEqual({ keys: ["web/1", "web/2", "pos_1", "web/3"] });
    expect(await keys("keyPrefix=web/&company=US01")).toEqual({ keys: ["web/1", "web/2"] });
    expect(await keys("keyPrefix=pos%25")).toEqual({ keys: [] });
    expect(await keys("from=2026-03-02&to=2026-03-31")).toEqual({ keys: ["web/2", "web/3"] });
    const { body } = await erp.call("GET", "/v1/journals?limit=1&company=US01&after=1");
    expect(body.journals.map((each) => each.key)).toEqual(["web/2"]);
    expect(body.next).toBe("2");
  });

  it("refuses a question it does not understand instead of answering another one", async () => {
    for (const query of ["limit=0", "limit=1001", "limit=x", "from=yesterday", "entity=US01", "after=-1"]) {
      expect(await erp.call("GET", `/v1/journals?${query}`)).toMatchObject({ status: 400, body: { code: "invalid-request" } });
    }
    expect(await erp.call("GET", "/v1/companies/FR01/trial-balance")).toMatchObject({ status: 404, body: { code: "unknown-company" } });
    expect(await erp.call("GET", "/v1/companies/FR01/stock")).toMatchObject({ status: 404, body: { code: "unknown-company" } });
    expect(await erp.call("GET", "/v1/documents/absent")).toMatchObject({ status: 404, body: { code: "unknown-document" } });
  });
});

describe("master data", () => {
  it("refuses periods that share a day or end before they start, and keeps the old ones", async () => {
    const before = (await erp.call("GET", "/v1/companies/US01/periods")).body;
    const put = (from: string, to: string) =>
      erp.call("PUT", "/v1/companies/US01/periods", { periods: [{ id: "new", from, to, state: "open" }] });
    expect(await put("2026-04-30", "2026-05-31")).toMatchObject({ status: 409, body: { code: "periods-overlap" } });
    expect(await put("2026-05-31", "2026-05-01")).toMatchObject({ status: 409, body: { code: "periods-overlap" } });
    expect((await erp.call("GET", "/v1/companies/US01/periods")).body).toEqual(before);
  });

  it("keeps a company's functional currency once it has documents", async () => {
    const put = (functionalCurrency: string) =>
      erp.call("PUT", "/v1/companies/US01", { name: "Renamed", functionalCurrency, inventoryRevaluationAccount: "5900" });
    expect((await put("EUR")).status).toBe(200);
    expect((await put("USD")).status).toBe(200);
    await erp.post(journal("a", capture));
    expect(await put("EUR")).toMatchObject({ status: 409, body: { code: "currency-fixed" } });
    expect(await put("USD")).toMatchObject({ status: 200, body: { id: "US01", name: "Renamed", functionalCurrency: "USD" } });
  });
});
