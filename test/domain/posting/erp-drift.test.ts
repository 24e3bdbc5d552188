import { describe, expect, test } from "vitest";
import {
  type BoundStock,
  deletedInErp,
  driftOf,
  type HeldJournal,
  isManual,
  type LiveDocument,
  manualJournal,
  postingDateOfManual,
  standingInErp,
} from "#domain/posting";
import { at, boundJournal, done, outcome, plan, postStep, refused, reverseStep } from "../../fixtures/posting-case.ts";

const sale = "sale:shopify:shop.example:1";
const key = `${sale}/a`;

/** A journal as the ERP tells it; signed amounts by account, in transaction and in functional currency. */
const held = (
  lines: readonly (readonly [account: string, amount: number, functional?: number])[],
  more: Partial<HeldJournal> = {},
): HeldJournal => ({
  number: "J-1",
  key: `${key}@1`,
  entity: "us",
  postingDate: "2026-11-27",
  currency: "USD",
  functionalCurrency: "USD",
  lines: lines.map(([account, amount, functional = amount]) => ({
    account,
    debit: Math.max(amount, 0),
    credit: Math.max(0 - amount, 0),
    functionalDebit: Math.max(functional, 0),
    functionalCredit: Math.max(0 - functional, 0),
  })),
  ...more,
});
const live = (more: Partial<LiveDocument> = {}): LiveDocument => ({
  key,
  hash: "h1",
  erpKey: `${key}@1`,
  erpNumber: "J-1",
  plan: 1,
  document: boundJournal("a", 10_000),
  costs: [],
  ...more,
});
const standing = (document = live()) => ({
  live: new Map([[document.erpKey, document]]),
  planned: new Set([document.erpKey]),
  since: at(0),
});
const asPosted = [["1100", 10_000], ["4000", -10_000]] as const; // biome-ignore format: one journal, one line

describe("a journal that the hub posted", () => {
  const named = `J-1 (${key}@1) of us`;
  const changed = (what: string) => `${named} was changed in the ERP: ${what}. Put it back there, or correct its source`;
  const told = (journal: HeldJournal, document?: LiveDocument) => {
    const problem = driftOf(journal, standing(document));
    return problem === undefined ? "no drift" : `${problem.class}/${problem.code} ${problem.message}`;
  };

  test.each<[string, HeldJournal, string]>([
    ["as it was posted", held(asPosted), "no drift"],
    ["in another order and in more lines", held([["4000", -4_000], ["1100", 10_000], ["4000", -6_000]]), "no drift"], // biome-ignore format: one journal, one line
    [
      "of another entity",
      held(asPosted, { entity: "ca" }),
      `erp.drift/changed J-1 (${key}@1) of ca was changed in the ERP: entity us is ca. Put it back there, or correct its source`,
    ],
    [
      "on another day",
      held(asPosted, { postingDate: "2026-12-01" }),
      `erp.drift/changed ${changed("posting date 2026-11-27 is 2026-12-01")}`,
    ],
    ["in another currency", held(asPosted, { currency: "CAD" }), `erp.drift/changed ${changed("currency USD is CAD")}`],
    [
      "on another account",
      held([["1100", 10_000], ["4100", -10_000]]), // biome-ignore format: one journal, one line
      `erp.drift/changed ${changed("account 4000 -100.00 is 0.00 USD; account 4100 0.00 is -100.00 USD")}`,
    ],
    ["over another amount", held([["1100", 9_000], ["4000", -9_000]]), `erp.drift/changed ${changed("account 1100 100.00 is 90.00 USD; account 4000 -100.00 is -90.00 USD")}`], // biome-ignore format: one journal, one line
    [
      "reversed by hand",
      held(asPosted, { reversedBy: "" }),
      `erp.drift/reversed ${named} was reversed in the ERP by hand: take the reversal back there, or correct it at its source`,
    ],
    [
      "reversed by another document",
      held(asPosted, { reversedBy: "J-9" }),
      `erp.drift/reversed ${named} was reversed in the ERP by J-9: take the reversal back there, or correct it at its source`,
    ],
    [
      "under a key that no plan names",
      held(asPosted, { key: `${sale}/b@1`, number: "" }),
      `erp.drift/unplanned ${sale}/b@1 of us is in the ERP under a key of the hub's, and no plan names it: find out who else posts under such keys`,
    ],
  ])("%s", (_what, journal, expected) => {
    expect(told(journal)).toBe(expected);
  });

  test("that stands no more by the hub's own word is none of its business", () => {
    expect(driftOf(held(asPosted), { live: new Map(), planned: new Set([`${key}@1`]), since: "" })).toBeUndefined();
  });

  test("tells five changes at most", () => {
    const many = held(
      [1, 2, 3, 4, 5, 6].map((each) => [`9${each}`, each] as const),
      { postingDate: "2026-12-01" },
    );
    expect(driftOf(many, standing())?.message.match(/ is /g)).toHaveLength(5);
  });

  test("in a foreign currency is compared in both", () => {
    const abroad = boundJournal("a", 10_000);
    const document = { ...abroad, currency: "EUR", lines: abroad.lines.map((line) => ({ ...line, functionalAmount: line.amount * 1.1 })) };
    const inEuros = (amount: number, functional: number) => held([["1100", amount, functional], ["4000", -amount, -functional]], { currency: "EUR" }); // biome-ignore format: one journal, one line
    const of = live({ document });
    expect(told(inEuros(10_000, 11_000), of)).toBe("no drift");
    expect(told(inEuros(10_000, 11_100), of)).toContain("ERP: account 1100 110.00 is 111.00 USD; account 4000 -110.00 is -111.00 USD. Put");
    expect(told(inEuros(9_900, 11_000), of)).toContain("ERP: account 1100 100.00 is 99.00 EUR; account 4000 -100.00 is -99.00 EUR. Put");
  });

  test("is another drift when it is changed once more, and names its document", () => {
    const first = driftOf(held([["1100", 9_000], ["4000", -9_000]]), standing()); // biome-ignore format: one journal, one line
    const second = driftOf(held([["1100", 8_000], ["4000", -8_000]]), standing()); // biome-ignore format: one journal, one line
    expect([first?.document, first?.cause.slice(0, -16)]).toEqual([key, `${key}@1 `]);
    expect(first?.cause).toMatch(/ [0-9a-f]{16}$/);
    expect(second?.cause).not.toBe(first?.cause);
    const elsewhere = driftOf(held(asPosted, { key: `${sale}/b@1` }), standing());
    expect([elsewhere !== undefined && "document" in elsewhere, elsewhere?.cause.startsWith(`${sale}/b@1 `)]).toEqual([false, true]);
  });
});

describe("a document of goods", () => {
  const movement = (id: string, quantityMillionths: number, more: object = {}) => ({
    ...{ id, item: "MUG", location: "dc", quantityMillionths, counterRole: "cogs", counterDimensions: {} },
    ...{ inventoryAccount: "1400", counterAccount: "5000", ...more },
  });
  const goods = (...movements: object[]) =>
    live({
      document: { ...boundJournal("a", 0), type: "stock", lines: undefined, movements } as unknown as BoundStock,
      costs: [{ movement: "m1", totalCost: 700 }],
    });
  const told = (lines: Parameters<typeof held>[0], document: LiveDocument) =>
    driftOf(held(lines), standing(document))?.message ?? "no drift";

  test("costs what was answered, on the account against which it was booked; stock beside it may be evened out", () => {
    const issued = goods(movement("m1", -1_000_000), movement("m2", -2_000_000, { totalCost: 300 }));
    expect(told([["5000", 1_000], ["1400", -1_000]], issued)).toBe("no drift"); // biome-ignore format: one journal, one line
    expect(told([["5000", 1_000], ["1400", -990], ["1401", -10]], issued)).toBe("no drift"); // biome-ignore format: one journal, one line
    expect(told([["5000", 900], ["1400", -900]], issued)).toContain("account 5000 10.00 is 9.00 USD"); // biome-ignore format: one journal, one line
  });

  test("that came in is owed for, and one that only moves within stock is on no account", () => {
    expect(told([["5000", -700], ["1400", 700]], goods(movement("m1", 1_000_000)))).toBe("no drift"); // biome-ignore format: one journal, one line
    expect(told([["1400", 5], ["1400", -5]], goods(movement("m1", 1_000_000, { counterAccount: "1400" })))).toBe("no drift"); // biome-ignore format: one journal, one line
  });

  test("whose cost nobody knows is compared in nothing but its place and day", () => {
    const unknown = goods(movement("m9", -1_000_000));
    expect(told([["5000", 123]], unknown)).toBe("no drift");
    expect(driftOf(held([["5000", 123]], { postingDate: "2026-12-01" }), standing(unknown))?.message).toContain(
      "posting date 2026-11-27 is 2026-12-01",
    );
  });
});

test("a document that is not in the ERP any more is named by its number, its key, its entity and its day", () => {
  expect(deletedInErp(live())).toEqual({
    class: "erp.drift",
    code: "deleted",
    cause: `${key}@1`,
    document: key,
    message: `J-1 (${key}@1) of us, posted on 2026-11-27, is not in the ERP any more: find out who deleted it, and have it entered again there`,
  });
  expect(deletedInErp(live({ erpNumber: "" })).message).toMatch(/^sale:shopify:shop\.example:1\/a@1 of us, posted/);
});

describe("a journal that the hub did not post", () => {
  const accounts = new Set(["1100", "4000"]);
  const byHand = (lines: Parameters<typeof held>[0], more: Partial<HeldJournal> = {}) => held(lines, { number: "M-9", key: "", ...more });

  test("is known by its key, which is none of a stream", () => {
    expect([isManual({ key: "" }), isManual({ key: "JE-2026-1" }), isManual({ key: `${key}@1` })]).toEqual([true, true, false]);
  });

  test("on an account that the hub keeps is a reconciling item", () => {
    expect(
      manualJournal(
        byHand([
          ["1100", -700],
          ["6000", 900],
          ["4000", -100],
          ["4000", -100],
        ]),
        accounts,
      ),
    ).toEqual({
      // biome-ignore format: one journal, one line
      class: "erp.drift",
      code: "manual-journal",
      cause: "us M-9 2026-11-27",
      message:
        "journal M-9 of us on 2026-11-27 was not posted by the hub, and changes what it keeps: account 1100 -7.00 USD; account 4000 -2.00 USD (debit positive). A reconciling item: close this when it is right, or reverse it in the ERP",
    });
    expect(postingDateOfManual("us M-9 2026-11-27")).toBe("2026-11-27");
  });

  test.each([
    ["on other accounts", byHand([["6000", 700], ["6100", -700]])], // biome-ignore format: one journal, one line
    ["within one of them", byHand([["1100", 700], ["1100", -700]])], // biome-ignore format: one journal, one line
    ["that was taken back", byHand([["1100", 700]], { reversedBy: "M-10" })],
    ["that takes one back", byHand([["1100", 700]], { reverses: "M-8" })],
  ])("%s is none", (_what, journal) => {
    expect(manualJournal(journal, accounts)).toBeUndefined();
  });

  test("tells five accounts at most", () => {
    const many = [1, 2, 3, 4, 5, 6].map((each) => [`11${each}`, each] as const);
    expect(manualJournal(byHand(many), new Set(many.map(([account]) => account)))?.message.match(/account/g)).toHaveLength(5);
  });
});

describe("what the ERP holds by the hub's own word", () => {
  const first = plan(1, [postStep("a", 1), postStep("b", 1)]);
  const opening = plan(2, [
    { kind: "opening", key: `${sale}/c`, erpKey: `${sale}/c@2`, hash: "h", document: boundJournal("c", 50) },
    reverseStep("b", 1),
  ]);

  test("is unknown while a plan waits for its answer", () => {
    expect(standingInErp([first, opening], new Map([[1, outcome(first)]]))).toBeUndefined();
  });

  test("is what stands there, every key that was sent, and since when", () => {
    const outcomes = new Map([
      [1, outcome(first, [done("J-1"), done("J-2")], 40)],
      [2, outcome(opening, [done("opening"), done("J-3")], 20)],
    ]);
    const found = standingInErp([first, opening], outcomes);
    expect([...(found?.live.keys() ?? [])]).toEqual([`${key}@1`]);
    expect([...(found?.planned ?? [])]).toEqual([`${key}@1`, `${sale}/b@1`, `${sale}/b@1/reversal`]);
    expect(found?.since).toBe(at(40));
  });

  test("has every key that was planned, also one that the ERP refused; and nothing of no plan", () => {
    const found = standingInErp([first], new Map([[1, outcome(first, [refused, done("J-2")])]]));
    expect([[...(found?.live.keys() ?? [])], found?.planned.size]).toEqual([[`${sale}/b@1`], 2]);
    expect(standingInErp([], new Map())).toEqual({ live: new Map(), planned: new Set(), since: "" });
  });
});
