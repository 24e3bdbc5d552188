import { describe, expect, test } from "vitest";
import type { ErpDocument, StockDocument } from "#domain/ledger";
import type { Policy } from "#domain/policy";
import type { BoundDocument, BoundStock, LiveDocument, MovementCost } from "#domain/posting";
import { bindDocument } from "../../../domain/posting/bind-document.ts";
import { account, at, boundJournal, journal, keyOf, policy, released } from "../../fixtures/posting-case.ts";

const none = { live: new Map(), leaving: new Set<string>(), bound: [], now: at(0), opening: new Set<string>() };
const around = (...live: LiveDocument[]) => ({ ...none, live: new Map(live.map((each) => [each.key, each])) });
const standing = (document: BoundDocument, costs: MovementCost[] = []): LiveDocument => ({
  key: document.key,
  hash: "h",
  erpKey: `${document.key}@1`,
  erpNumber: "1",
  plan: 1,
  document,
  costs,
});
function bound(document: ErpDocument, given: Parameters<typeof bindDocument>[2] = none, by: Policy = policy): BoundDocument {
  const binding = bindDocument(document, by, given);
  if (binding.kind !== "bound") throw new Error(JSON.stringify(binding));
  return binding.document;
}
const accountsOf = (document: BoundDocument) => (document.type === "journal" ? document.lines.map((line) => line.account) : []);

describe("a journal", () => {
  test("gets accounts, posting date, functional amounts and the policy's version", () => {
    expect(bound(journal("a", 100))).toEqual(boundJournal("a", 100));
  });

  test("the account is that of its own business date, not of today", () => {
    const moved = released(2, "v2", {
      accounts: [account("payment-clearing", "1100"), account("sales", "4000"), account("sales", "4100", { from: "2026-12-01" })],
    });
    expect(accountsOf(bound(journal("a", 100), none, moved))).toEqual(["1100", "4000"]);
    expect(accountsOf(bound(journal("a", 100, { businessDate: "2026-12-01" }), none, moved))).toEqual(["1100", "4100"]);
  });

  test("a role without an account is a problem that names role, entity and day", () => {
    const bare = released(1, "v1", { accounts: [account("payment-clearing", "1100")] });
    expect(bindDocument(journal("a", 100), bare, none)).toEqual({
      kind: "problem",
      problem: {
        class: "data.unmapped",
        code: "account",
        cause: `${keyOf("a")} role sales`,
        message: "no account for role sales in us on 2026-11-27: add it to the policies",
        document: keyOf("a"),
        event: "a",
      },
    });
  });

  test("another currency than the entity's books needs a rate", () => {
    expect(bindDocument(journal("a", 100, { currency: "EUR" }), policy, none)).toMatchObject({
      problem: { class: "money.fx-rate-missing", code: "EUR", message: "us keeps its books in USD; no rate for EUR on 2026-11-27" },
    });
  });
});

describe("a released balance keeps the account in which it was created", () => {
  const moved = released(2, "v2", { accounts: [account("payment-clearing", "1190"), account("sales", "4100")] });

  test("also when policy has moved the role since; other roles follow policy", () => {
    expect(accountsOf(bound(journal("b", -100), around(standing(boundJournal("a", 100))), moved))).toEqual(["1100", "4100"]);
  });

  test("also when both are planned together", () => {
    expect(accountsOf(bound(journal("b", -100), { ...none, bound: [boundJournal("a", 100)] }, moved))).toEqual(["1100", "4100"]);
  });

  test("not that of other dimensions, nor of another entity", () => {
    const [clearing, sales] = boundJournal("a", 100).lines;
    const elsewhere = { ...boundJournal("a", 100), lines: [{ ...clearing!, dimensions: { gateway: "cod" } }, sales!] };
    expect(accountsOf(bound(journal("b", -100), around(standing(elsewhere)), moved))).toEqual(["1190", "4100"]);
    const foreign = { ...boundJournal("a", 100), entity: "ca" };
    expect(accountsOf(bound(journal("b", -100), around(standing(foreign)), moved))).toEqual(["1190", "4100"]);
  });
});

describe("goods that came on a purchase order", () => {
  const receipt: ErpDocument = {
    type: "stock",
    key: keyOf("receipt"),
    kind: "receipt",
    event: "receipt",
    entity: "us",
    currency: "USD",
    businessDate: "2026-11-27",
    purchaseOrder: "PO-300",
    movements: [
      { id: "m", item: "MUG", itemClass: "home", location: "dc", quantityMillionths: 1_000_000, counterRole: "cogs", cost: "average" },
    ],
  };

  test("are sent as goods without one, where the connection does not say that its ERP holds the orders", () => {
    expect(bound(receipt)).not.toHaveProperty("purchaseOrder");
  });

  test("are received on it where it does", () => {
    const { connection = "" } = policy.entities.us ?? {};
    const connections = { [connection]: { ...policy.connections[connection]!, receivesAgainstOrders: true } };
    expect(bound(receipt, around(), { ...policy, connections })).toMatchObject({ purchaseOrder: "PO-300" });
  });
});

describe("the cost of goods that come back", () => {
  const stock = (name: string, pieces: number, cost: StockDocument["movements"][number]["cost"]): StockDocument => ({
    type: "stock",
    key: keyOf(name),
    kind: name,
    event: name,
    entity: "us",
    currency: "USD",
    businessDate: "2026-11-27",
    movements: [
      { id: "m", item: "MUG", itemClass: "home", location: "dc", quantityMillionths: pieces * 1_000_000, counterRole: "cogs", cost },
    ],
  });
  const ofIssue = { document: keyOf("issue"), movement: "m" };
  const back = (name: string, pieces = 1) => stock(name, pieces, ofIssue);
  // Three mugs left at 100 in all.
  const issue = standing(bound(stock("issue", -3, "average")), [{ movement: "m", totalCost: 100 }]);
  const costOf = (document: BoundDocument) => (document as BoundStock).movements.map((movement) => movement.totalCost);

  test("an issue has none: the ERP's average decides", () => {
    expect(bound(stock("issue", -3, "average"))).toMatchObject({ movements: [{ inventoryAccount: "1400", counterAccount: "5000" }] });
    expect(costOf(bound(stock("issue", -3, "average")))).toEqual([undefined]);
  });

  test("is their share of what they left with, cumulative, so that three single returns take back 33, 34 and 33", () => {
    const first = bound(back("r1"), around(issue));
    const second = bound(back("r2"), around(issue, standing(first)));
    const third = bound(back("r3"), around(issue, standing(first), standing(second)));
    expect([first, second, third].map(costOf)).toEqual([[33], [34], [33]]);
  });

  test("is the same when all of them are planned together", () => {
    const documents: BoundDocument[] = [];
    for (const name of ["r1", "r2", "r3"]) documents.push(bound(back(name), { ...around(issue), bound: [...documents] }));
    expect(documents.map(costOf)).toEqual([[33], [34], [33]]);
  });

  test("what the same plan takes out again does not count, nor does the document's own earlier content", () => {
    const first = standing(bound(back("r1"), around(issue)));
    const second = standing(bound(back("r2"), around(issue, first)));
    expect(costOf(bound(back("r3"), { ...around(issue, first, second), leaving: new Set([keyOf("r1")]) }))).toEqual([[34]].flat());
    expect(costOf(bound(back("r1", 3), around(issue, first)))).toEqual([100]);
  });

  test("is not less because another return was bound to the same issue before its own was known", () => {
    const whole = standing(bound(back("r1", 3), around(issue)));
    expect(costOf(bound(back("r2"), around(issue, whole)))).toEqual([33]);
  });

  test("two movements of one document see each other", () => {
    const [movement] = back("r1").movements;
    const both = { ...back("r1"), movements: [movement!, { ...movement!, id: "n" }] };
    expect(costOf(bound(both, around(issue)))).toEqual([33, 34]);
  });

  test("never exceeds what they left with", () => {
    expect(costOf(bound(back("r1", 5), around(issue)))).toEqual([100]);
  });

  test("is their own, whatever stands against their issue until it is bound to another one", () => {
    expect(costOf(bound(back("r2"), around(issue, standing(bound(back("r1", 3), around(issue))))))).toEqual([33]);
  });

  test.each([
    ["has not been posted", around()],
    ["has no cost yet", around({ ...issue, costs: [] })],
    ["is replaced by the same plan", { ...around(issue), leaving: new Set([keyOf("issue")]) }],
  ])("is waited for while the issue %s", (_, given) => {
    expect(bindDocument(back("r1"), policy, given)).toEqual({ kind: "wait", for: keyOf("issue") });
  });
});
