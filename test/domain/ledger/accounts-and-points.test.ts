import { describe, expect, test } from "vitest";
import type { BusinessEvent, EventOf } from "#domain/events";
import type { Policy } from "#domain/policy";
import { accountLedger } from "../../../domain/ledger/accounts/account-ledger.ts";
import { TargetDraft } from "../../../domain/ledger/draft.ts";
import { storeDayLedger } from "../../../domain/ledger/store-days/store-day-ledger.ts";
import { loyaltyLedger } from "../../../domain/ledger/stored-value/loyalty-ledger.ts";
import { policy } from "./sale-policy.ts";

const head = (key: string) => ({
  schema: 1 as const,
  key,
  version: "0",
  occurredAt: "2026-11-27T18:05:00.000Z",
  businessDate: "2026-11-27",
});

/** "entity kind: role dimensions amount, …" of each journal, then what is held and why. */
function booked(book: (draft: TargetDraft) => void) {
  const draft = new TargetDraft("stored-value:x");
  book(draft);
  const { documents, problems, heldEvents } = draft.finish();
  const journals = documents.map((document) =>
    document.type === "journal"
      ? `${document.entity} ${document.kind}: ${document.lines.map(({ role, dimensions, amount }) => [role, ...Object.values(dimensions), amount].join(" ")).join(", ")}`
      : `${document.entity} ${document.kind}`,
  );
  return { journals, problems, heldEvents: [...heldEvents] };
}
const none = { problems: [], heldEvents: [] };

describe("a deposit or a customer's account", () => {
  let number = 0;
  const moved = (amount: number, store = "7", more: Partial<EventOf<"account.moved">> = {}): BusinessEvent => {
    number += 1;
    return {
      ...head(`account.moved:${number}`),
      name: "account.moved",
      account: "L-1",
      kind: "deposit",
      ticket: "sale:pos:7:1:2026-11-27:1",
      store,
      entity: store === "9" ? "ca" : "us",
      currency: "USD",
      amount,
      ...more,
    };
  };
  const ledger = (kind: "deposit" | "receivable", ...events: readonly BusinessEvent[]) =>
    booked((draft) => accountLedger(events, { ...policy, stores: { ...policy.stores, "8": { ...policy.stores["7"]! } } }, kind, draft));

  test("moves from the store that took it to the one that uses it, the oldest first", () => {
    const uses = ledger("deposit", moved(300, "7"), moved(200, "8"), moved(100, "7"), moved(-550, "8"), moved(-50, "8"));
    expect(uses).toEqual({
      ...none,
      journals: [
        "us deposit-moved-7: customer-deposits 7 350, customer-deposits 8 -350",
        "us deposit-moved-7: customer-deposits 7 50, customer-deposits 8 -50",
      ],
    });
  });

  test("is owed between the entities, the other way round for what is claimed", () => {
    expect(ledger("deposit", moved(300, "7"), moved(-300, "9")).journals).toEqual([
      "us deposit-moved-us-7: customer-deposits 7 300, due-to ca -300",
      "ca deposit-moved-us-7: due-from us 300, customer-deposits 9 -300",
    ]);
    expect(ledger("receivable", moved(300, "7"), moved(-300, "9")).journals).toEqual([
      "us receivable-moved-us-7: due-from ca 300, accounts-receivable USD -300",
      "ca receivable-moved-us-7: accounts-receivable USD 300, due-to us -300",
    ]);
  });

  test("of one currency knows nothing of another one, and a deposit that nobody took waits", () => {
    const early = moved(-301, "8");
    const { key } = early;
    expect(ledger("deposit", moved(300, "7"), moved(900, "7", { currency: "CAD" }), early)).toEqual({
      journals: [],
      problems: [
        {
          class: "sequence.parent-missing",
          code: "deposit",
          cause: key,
          event: key,
          amount: 1,
          currency: "USD",
          message: `${key} uses 3.01 USD of deposit L-1, of which 3.00 USD is known. It heals when the ticket arrives that took the rest; if overdue, have its file sent again.`,
        },
      ],
      heldEvents: [key],
    });
    // A customer may pay ahead of what was charged.
    expect(ledger("receivable", moved(300, "7"), moved(-301, "8"))).toEqual({
      ...none,
      journals: [],
    });
  });

  const writtenOff = (amount: number, store?: string): BusinessEvent => ({
    ...head("receivable.written-off:W"),
    name: "receivable.written-off",
    writeOffId: "W",
    account: "C-1",
    ...(store === undefined ? {} : { store }),
    currency: "USD",
    amount,
    by: "Dana",
    reason: "insolvent",
  });

  test("is given up as far as it is owed, where it is kept", () => {
    expect(ledger("receivable", moved(300, "7"), writtenOff(300, "7"))).toEqual({
      ...none,
      journals: ["us write-off: credit-loss 300, accounts-receivable USD -300"],
    });
    expect(ledger("receivable", moved(300, "9"), writtenOff(100, "7")).journals).toEqual([
      "ca receivable-moved-ca-9: due-from us 100, accounts-receivable USD -100",
      "us receivable-moved-ca-9: accounts-receivable USD 100, due-to ca -100",
      "us write-off: credit-loss 100, accounts-receivable USD -100",
    ]);
    expect(ledger("receivable", moved(300, "7"), moved(900, "7", { currency: "CAD" }), writtenOff(301, "7"))).toEqual({
      journals: [],
      problems: [
        {
          class: "money.amount-mismatch",
          code: "write-off",
          cause: "receivable.written-off:W",
          event: "receivable.written-off:W",
          amount: 1,
          currency: "USD",
          message:
            "receivable.written-off:W writes off 3.01 USD, and 3.00 USD is owed. It waits until that is owed; a corrected write-off replaces it.",
        },
      ],
      heldEvents: ["receivable.written-off:W"],
    });
  });

  test("is given up by no store that the policies do not know", () => {
    for (const [store, said] of [
      [undefined, ""],
      ["6", "6"],
      ["constructor", "constructor"],
    ] as const)
      expect(ledger("receivable", moved(300, "7"), writtenOff(100, store))).toEqual({
        journals: [],
        problems: [
          {
            class: "data.unmapped",
            code: "store",
            cause: `store:${said}`,
            event: "receivable.written-off:W",
            message: `receivable.written-off:W writes off what is owed to store ${said}, which belongs to no entity. State the store that keeps the account; a corrected write-off replaces this one.`,
          },
        ],
        heldEvents: ["receivable.written-off:W"],
      });
  });
});

describe("the money of a store's day", () => {
  const moved = (kind: EventOf<"till.moved">["kind"], more: Partial<EventOf<"till.moved">> = {}): BusinessEvent => ({
    ...head(`till.moved:${kind}`),
    name: "till.moved",
    store: "7",
    register: "1",
    sequence: "5",
    kind,
    tender: "Cash",
    currency: "USD",
    amount: 500,
    ...more,
  });
  const balanced = (counted: number, more: Partial<EventOf<"till.balanced">> = {}): BusinessEvent => ({
    ...head("till.balanced:1"),
    name: "till.balanced",
    store: "7",
    register: "1",
    tender: "Cash",
    currency: "USD",
    counted,
    expected: 1_000,
    ...more,
  });
  const day = (event: BusinessEvent, of: Policy = policy, place = "7") => booked((draft) => storeDayLedger([event], of, place, draft));
  const told = { name: "file.received", key: "file.received:1" } as BusinessEvent;

  test("of a store that belongs to no entity is held, where its tills moved any", () => {
    for (const place of ["8", "constructor"])
      expect(day(moved("loan"), policy, place)).toEqual({
        journals: [],
        problems: [
          {
            class: "data.unmapped",
            code: "store",
            cause: `store:${place}`,
            message: `store ${place} belongs to no entity. Add it to the stores of the policies; what its tills moved posts by itself.`,
          },
        ],
        heldEvents: ["till.moved:loan"],
      });
    expect(day(told, policy, "8")).toEqual({ ...none, journals: [] });
  });

  test("goes from where it came to where it went", () => {
    expect(day(moved("loan")).journals).toEqual(["us loan: cash-drawer 1 USD 500, safe 7 USD -500"]);
    expect(day(moved("pickup")).journals).toEqual(["us pickup: safe 7 USD 500, cash-drawer 1 USD -500"]);
    expect(day(moved("safe-drop")).journals).toEqual(["us safe-drop: safe 7 USD 500, cash-drawer 1 USD -500"]);
  });

  test("is held where nobody has mapped the tender, or said what the reason is", () => {
    for (const event of [moved("loan", { tender: "Scrip" }), balanced(900, { tender: "Scrip" })]) {
      const { journals, problems, heldEvents } = day(event);
      expect([journals, problems.map(({ class: name, event: key }) => [name, key]), heldEvents]).toEqual([
        [],
        [["data.unmapped", event.key]],
        [event.key],
      ]);
    }
    const reasons = [undefined, " Coffee "].map((reason) => day(moved("paid-out", reason === undefined ? {} : { reason })).problems[0]);
    expect(reasons).toEqual([
      {
        class: "data.unmapped",
        code: "till-reason",
        cause: "till-reason:paid-out:",
        event: "till.moved:paid-out",
        message:
          "store 7 has a paid-out without a reason, and no rule says what that is. Add it to tillReasons; the document posts by itself.",
      },
      {
        class: "data.unmapped",
        code: "till-reason",
        cause: "till-reason:paid-out:coffee",
        event: "till.moved:paid-out",
        message:
          'store 7 has a paid-out for " Coffee ", and no rule says what that is. Add it to tillReasons; the document posts by itself.',
      },
    ]);
    expect(day(moved("paid-in")).heldEvents).toEqual(["till.moved:paid-in"]);
  });

  test("goes to no bank that the policies do not name", () => {
    const store = { ...policy.stores["7"]!, bankAccount: "main" };
    const held = {
      journals: [],
      problems: [
        {
          class: "data.unmapped",
          code: "bank-account",
          cause: "bank-account:store 7",
          event: "till.moved:bank-deposit",
          message:
            "till.moved:bank-deposit takes money of store 7 to a bank, and the policies do not say to which account. Add bankAccount to the store; the deposit posts by itself.",
        },
      ],
      heldEvents: ["till.moved:bank-deposit"],
    };
    expect(day(moved("bank-deposit"))).toEqual(held);
    expect(day(moved("bank-deposit"), { ...policy, stores: { "7": store } })).toEqual(held);
    expect(day(moved("bank-deposit"), { ...policy, stores: { "7": store }, bankAccounts: {} })).toEqual(held);
  });

  test("that was counted over or short is that of drawer or safe, and of no card", () => {
    expect(day(balanced(1_030)).journals).toEqual(["us over-short: cash-drawer 1 USD 30, cash-over-short 7 -30"]);
    expect(day(balanced(970)).journals).toEqual(["us over-short: cash-over-short 7 30, cash-drawer 1 USD -30"]);
    const { register: _, ...safe } = balanced(970) as EventOf<"till.balanced">;
    expect(day(safe).journals).toEqual(["us over-short: cash-over-short 7 30, safe 7 USD -30"]);
    expect(day(balanced(1_000))).toEqual({ ...none, journals: [] });
    expect(day(balanced(970, { tender: "CreditDebit" }))).toEqual({ ...none, journals: [] });
    expect(day(balanced(970, { currency: "CAD", valued: { currency: "USD", amount: -21 } })).journals).toEqual([
      "us over-short: cash-over-short 7 21, cash-drawer 1 CAD -21",
    ]);
  });
});

describe("the points of a member", () => {
  const rule = {
    program: "stars",
    points: 100,
    worth: { USD: 500 },
    breakageRate: "0.2",
    when: {},
    from: "2020-01-01",
    why: "test",
    layer: 0,
  };
  const with2 = { ...policy, loyalty: [rule, { ...rule, program: "other" }] } as unknown as Policy;
  const entry = (name: "loyalty.earned" | "loyalty.redeemed" | "loyalty.expired", points: number, more: object = {}): BusinessEvent =>
    ({
      ...head(`${name}:${points}`),
      name,
      program: "stars",
      memberId: "M",
      entryId: String(points),
      currency: "USD",
      points,
      ...(name === "loyalty.earned" ? { spent: 9_600 } : {}),
      ...more,
    }) as BusinessEvent;
  const points = (events: readonly BusinessEvent[], of = with2, place = "demo.example") =>
    booked((draft) => loyaltyLedger(events, of, place, draft));

  test("defer their part of what was paid until they are used, or known to be lost", () => {
    // 100 points are worth 5.00, less what is never used 4.00: of 96.00 that is 96 × 4 ÷ 100 = 3.84.
    expect(points([entry("loyalty.earned", 100)])).toEqual({
      ...none,
      journals: ["us points-earned: sales web loyalty-points 384, loyalty-liability stars -384"],
    });
    const used = points([entry("loyalty.earned", 100), entry("loyalty.redeemed", 40), entry("loyalty.expired", 60)]);
    // 40 of the 80 that were expected to be used: half. The rest is lost.
    expect(used.journals.slice(1)).toEqual([
      "us points-redeemed: loyalty-liability stars 192, sales web loyalty-points -192",
      "us points-expired: loyalty-liability stars 192, breakage-income stars -192",
    ]);
  });

  test("are the sale's store's where that keeps the same books", () => {
    const at = (store: string) =>
      points([entry("loyalty.earned", 100, { ticket: { store, register: "1", businessDate: "2026-11-27", sequence: "1" } })]).journals;
    expect(at("7")[0]).toContain("sales pos 7");
    expect(at("9")[0]).toContain("sales web loyalty-points");
    expect(at("8")[0]).toContain("sales web loyalty-points");
  });

  test("given for nothing, in a currency or on a day without a rule, book nothing and are there", () => {
    expect(points([entry("loyalty.earned", 100, { spent: 0 })])).toEqual({ ...none, journals: [] });
    expect(points([entry("loyalty.earned", 100, { currency: "CAD" }), entry("loyalty.redeemed", 100, { currency: "CAD" })])).toEqual({
      ...none,
      journals: [],
    });
    const later = { ...policy, loyalty: [{ ...rule, from: "2027-01-01" }] } as unknown as Policy;
    expect(points([entry("loyalty.earned", 100), entry("loyalty.expired", 100)], later)).toEqual({ ...none, journals: [] });
  });

  test("of a programme that no rule names are no liability", () => {
    const nobody = entry("loyalty.redeemed", 5, { program: "moons" });
    expect(points([nobody])).toEqual({ ...none, journals: [] });
    expect(points([entry("loyalty.redeemed", 5)], policy)).toEqual({ ...none, journals: [] });
    expect(points([{ name: "file.received", key: "f" } as BusinessEvent])).toEqual({ ...none, journals: [] });
  });

  test("that are not there wait for those that were earned before", () => {
    expect(points([entry("loyalty.earned", 100), entry("loyalty.redeemed", 101)])).toEqual({
      journals: ["us points-earned: sales web loyalty-points 384, loyalty-liability stars -384"],
      problems: [
        {
          class: "sequence.parent-missing",
          code: "points",
          cause: "loyalty.redeemed:101",
          event: "loyalty.redeemed:101",
          message:
            "loyalty.redeemed:101 takes 101 points, and 100 are left. It heals when the loyalty.earned before it arrives; if overdue, have the programme state it.",
        },
      ],
      heldEvents: ["loyalty.redeemed:101"],
    });
  });

  test("are held in a place that is none of ours, or in two currencies", () => {
    const away = points([entry("loyalty.earned", 100)], with2, "nowhere");
    expect([away.journals, away.problems.length, away.heldEvents]).toEqual([[], 1, ["loyalty.earned:100"]]);
    const mixed = points([entry("loyalty.earned", 100), entry("loyalty.earned", 50, { currency: "CAD" })]);
    expect([mixed.journals, mixed.problems.map(({ class: name }) => name), mixed.heldEvents.length]).toEqual([
      [],
      ["money.currency-mismatch"],
      2,
    ]);
  });
});
