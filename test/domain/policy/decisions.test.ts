import { describe, expect, test } from "vitest";
import { cutOverOf, lastCutOverDay } from "../../../domain/policy/cut-over.ts";
import { electionFor } from "../../../domain/policy/elections.ts";
import { connectionPace, erpKinds, takesOneSender } from "../../../domain/policy/erp-kinds.ts";
import {
  estimateFor,
  expectedReturnsFor,
  loyaltyRuleFor,
  replacementRuleFor,
  shareOf,
  unclaimedPropertyFor,
} from "../../../domain/policy/estimates.ts";
import { contractedFee, type FeeContract } from "../../../domain/policy/fee-contract.ts";
import { freightRuleFor } from "../../../domain/policy/freight-rules.ts";
import { latest } from "../../../domain/policy/latest.ts";
import { holdsOn, ruleInForce } from "../../../domain/policy/layered-rules.ts";
import { stockReasonFor, tillReasonFor } from "../../../domain/policy/reason-rules.ts";
import { approvalOf } from "../../../domain/policy/second-person.ts";
import { sellingEntity } from "../../../domain/policy/selling-entity.ts";
import {
  accountsPayingOut,
  bankAccountByNumber,
  classOfBalanceType,
  currencyKeptIn,
  gatewayAccountFor,
} from "../../../domain/policy/settlement-accounts.ts";
import { toleranceFor, toleranceOf } from "../../../domain/policy/tolerances.ts";
import { consignmentFor, courierFor, dropShipFor } from "../../../domain/policy/vendor-terms.ts";
import { waitDaysFor } from "../../../domain/policy/waits.ts";

const told = { when: {}, from: "2026-01-01", why: "A test.", layer: 0 };
const asked = { entity: "US1", day: "2026-11-27" };

describe("a rule in force", () => {
  test("holds on its first and last day, and neither before nor after", () => {
    const rule = { from: "2026-01-02", to: "2026-01-04" };
    expect(["2026-01-01", "2026-01-02", "2026-01-04", "2026-01-05"].map((day) => holdsOn(rule, day))).toEqual([false, true, true, false]);
    expect(holdsOn({ from: "2026-01-02" }, "2099-12-31")).toBe(true);
  });

  const named = (name: string, more: object = {}) => ({ ...told, name, ...more });
  test.each<[string, { name: string }[], string | undefined]>([
    ["none of none", [], undefined],
    ["none of another entity", [named("a", { entity: "US2" })], undefined],
    ["none that is narrowed to another case", [named("a", { when: { channel: "pos" } })], undefined],
    ["none that is narrowed to more than is asked", [named("a", { when: { channel: "web", store: "1" } })], undefined],
    ["that of the entity", [named("a", { entity: "US1" })], "a"],
    ["the narrower one before the nearer layer", [named("a", { layer: 3 }), named("b", { when: { channel: "web" } })], "b"],
    ["the narrower one, listed first", [named("b", { when: { channel: "web" } }), named("a", { layer: 3 })], "b"],
    ["the nearer layer before the later day", [named("a", { from: "2026-02-01" }), named("b", { layer: 1 })], "b"],
    ["the nearer layer, listed first", [named("b", { layer: 1 }), named("a", { from: "2026-02-01" })], "b"],
    ["the later day", [named("a"), named("b", { from: "2026-02-01" }), named("c", { from: "2026-01-15" })], "b"],
    ["the first of two that nothing tells apart", [named("a"), named("b")], "a"],
  ])("is %s", (_, rules, expected) => {
    expect(ruleInForce(rules as never, { ...asked, about: { channel: "web" } }) as unknown).toEqual(
      expected === undefined ? undefined : rules.find(({ name }) => name === expected),
    );
  });

  test("the last of several words is that which began last, and of one day the one listed later", () => {
    expect(latest([])).toBeUndefined();
    expect(
      latest([
        { from: "2", n: 1 },
        { from: "1", n: 2 },
      ]),
    ).toEqual({ from: "2", n: 1 });
    expect(
      latest([
        { from: "1", n: 1 },
        { from: "1", n: 2 },
      ]),
    ).toEqual({ from: "1", n: 2 });
  });
});

describe("what a gateway keeps by contract", () => {
  const rate = { currency: "USD", rate: "0.029", fixed: 30, toleranceMinorUnits: 2, from: "2026-01-01", why: "A test." };
  const contract = (...rates: object[]): FeeContract => ({ states: "fees", rates: rates.map((more) => ({ ...rate, ...more })) });
  const charge = { gross: 10_000, currency: "USD", day: "2026-11-27" };

  test("is a share of the amount and a fixed part, with the tolerance of the rate", () => {
    expect(contractedFee(contract({}), charge)).toEqual({ amount: 320, toleranceMinorUnits: 2 });
    expect(contractedFee(contract({ rate: "-0.01", fixed: -5 }), charge)).toEqual({ amount: -105, toleranceMinorUnits: 2 });
    expect(contractedFee(contract({ rate: "0", fixed: 0 }), charge)).toEqual({ amount: 0, toleranceMinorUnits: 2 });
  });

  test("rounds half away from zero", () => {
    expect([
      contractedFee(contract({ rate: "0.005", fixed: 0 }), { ...charge, gross: 100 })?.amount,
      contractedFee(contract({ rate: "0.0049", fixed: 0 }), { ...charge, gross: 100 })?.amount,
      contractedFee(contract({ rate: "0.005", fixed: 0, currency: "JPY" }), { ...charge, gross: 100, currency: "JPY" })?.amount,
    ]).toEqual([1, 0, 1]);
  });

  test("of a refund is what the rate of refunds says, on the amount without its sign", () => {
    const both = contract({}, { on: "refund", rate: "0.01", fixed: 0 });
    expect([contractedFee(both, { ...charge, gross: -10_000 })?.amount, contractedFee(both, charge)?.amount]).toEqual([100, 320]);
    expect(contractedFee(contract({}), { ...charge, gross: -10_000 })).toBeUndefined();
    expect(contractedFee(contract({ on: "refund" }), charge)).toBeUndefined();
    expect(contractedFee(contract({ on: "charge" }), { ...charge, gross: 0 })?.amount).toBe(30);
  });

  test("is unknown without a contract, in another currency, and outside of its days", () => {
    expect(contractedFee(undefined, charge)).toBeUndefined();
    expect(contractedFee(contract(), charge)).toBeUndefined();
    expect(contractedFee(contract({ currency: "EUR" }), charge)).toBeUndefined();
    const march = contract({ from: "2026-03-01", to: "2026-03-31" });
    const on = (day: string) => contractedFee(march, { ...charge, day })?.amount;
    expect([on("2026-02-28"), on("2026-03-01"), on("2026-03-31"), on("2026-04-01")]).toEqual([undefined, 320, 320, undefined]);
  });

  test("is that of the rate which names most: brand before method, in any letter case, then the one that began last", () => {
    const rates = contract(
      { fixed: 1 },
      { fixed: 2, method: "card" },
      { fixed: 3, cardBrand: "Amex" },
      { fixed: 4, cardBrand: "Amex", method: "Card" },
      { fixed: 5, from: "2026-02-01" },
      { fixed: 6, from: "2026-01-15" },
    );
    const of = (more: object) => contractedFee(rates, { ...charge, gross: 0, ...more })?.amount;
    expect([
      of({}),
      of({ method: "CARD" }),
      of({ cardBrand: "amex" }),
      of({ cardBrand: "AMEX", method: "card" }),
      of({ cardBrand: "visa", method: "wallet" }),
    ]).toEqual([5, 2, 3, 4, 5]);
    expect(contractedFee(contract({ cardBrand: "amex" }), charge)).toBeUndefined();
    expect(contractedFee(contract({ method: "card" }), charge)).toBeUndefined();
  });
});

describe("a second person", () => {
  const of =
    (approvedBy: unknown, isAskedFor = true) =>
    () =>
      approvalOf({ actor: "Ann Meyer", approvedBy: approvedBy as string }, "release", isAskedFor);

  test("is whoever is named, as it is written", () => {
    expect(of("Bo Berg")()).toBe("Bo Berg");
    expect(of(" Bo ", false)()).toBe(" Bo ");
    expect(of("b".repeat(200))()).toBe("b".repeat(200));
  });

  test("is nobody where none is asked for, and missing where one is", () => {
    expect(of(undefined, false)()).toBeUndefined();
    expect(of(undefined)).toThrow("a second person is asked for: name in approvedBy who approved the release");
  });

  test.each([[""], ["   "], ["b".repeat(201)], [7], [null]])("%j is no name", (name) => {
    expect(of(name)).toThrow("approvedBy takes a name of 1 to 200 characters");
  });

  test.each([["Ann Meyer"], ["ann meyer"], ["  Ann   Meyer "], ["ANN\tMEYER"], ["Ａnn Meyer"]])("%j is the first one again", (name) => {
    expect(of(name)).toThrow("Ann Meyer makes this release, so somebody else approves it");
    expect(of(name, false)).toThrow("Ann Meyer makes this release, so somebody else approves it");
  });

  test("names that only look alike are two people", () => {
    expect(of("AnnMeyer")()).toBe("AnnMeyer");
    expect(of("Anna Meyer")()).toBe("Anna Meyer");
  });
});

describe("whose sale an order is", () => {
  const shop = { channel: "shopify", entity: "US1", timeZone: "UTC", channelDimension: "web" };
  const place = (entity: string, id: string) => ({ entity, name: "A", kind: "store", ids: { shopify: [id] } });
  const house = (more: object = {}) =>
    ({
      shops: { "a.example": { ...shop, ...more } },
      entities: { US1: {}, US2: {} },
      locations: { boston: place("US2", "71") },
    }) as never;
  const order = { orderName: "#1001" };

  test("is the shop's own", () => {
    expect(sellingEntity(house(), "shopify", "a.example", order)).toEqual({ kind: "known", entity: "US1", shop });
  });

  test("is the owner's of the floor where it was taken, with our name of the place", () => {
    expect(sellingEntity(house(), "shopify", "a.example", { ...order, location: "71" })).toEqual({
      kind: "known",
      entity: "US2",
      shop,
      location: "boston",
    });
  });

  test("is that of the entity which the channel names, before the floor's", () => {
    const named = { businessEntities: { B1: "US3" } };
    expect(sellingEntity(house(named), "shopify", "a.example", { ...order, businessEntity: "B1", location: "71" })).toEqual({
      kind: "known",
      entity: "US3",
      shop: { ...shop, ...named },
      location: "boston",
    });
    expect(sellingEntity(house(), "shopify", "a.example", { ...order, businessEntity: "B1" })).toMatchObject({ entity: "US1" });
  });

  test.each<[string, object, Record<string, string>, string, string, string]>([
    ["another shop's", {}, {}, "b.example", "shop:b.example", "shop b.example belongs to no entity. Add it to the shops"],
    [
      "a shop's by a name of every object",
      {},
      {},
      "constructor",
      "shop:constructor",
      "shop constructor belongs to no entity. Add it to the shops",
    ],
    [
      "another channel's",
      { channel: "bazaar" },
      {},
      "a.example",
      "shop:a.example",
      "shop a.example belongs to no entity. Add it to the shops",
    ],
    [
      "an entity's that the shop does not have",
      { businessEntities: { B1: "US1" } },
      { businessEntity: "B2" },
      "a.example",
      "business-entity:B2",
      "business entity B2 is none of shop a.example's. Add it there",
    ],
    [
      "an entity's by a name of every object",
      { businessEntities: { B1: "US1" } },
      { businessEntity: "toString" },
      "a.example",
      "business-entity:toString",
      "business entity toString is none of shop a.example's. Add it there",
    ],
    [
      "a floor's that nobody mapped",
      {},
      { location: "99" },
      "a.example",
      "location:99",
      "order #1001 was taken at Shopify location 99, which is not mapped. Add it to the locations",
    ],
  ])("is unknown where it is %s", (_, more, stated, at, cause, what) => {
    const code = cause.startsWith("location") ? "location" : "entity";
    expect(sellingEntity(house(more), "shopify", at, { ...order, ...stated })).toEqual({ kind: "unknown", code, cause, what });
  });

  test("names another channel by its own name", () => {
    expect(sellingEntity(house({ channel: "bazaar" }), "bazaar", "a.example", { ...order, location: "71" })).toMatchObject({
      what: "order #1001 was taken at bazaar location 71, which is not mapped. Add it to the locations",
    });
  });

  test("asks for no floor where there is one entity alone", () => {
    const alone = { shops: { "a.example": shop }, entities: { US1: {} }, locations: {} } as never;
    expect(sellingEntity(alone, "shopify", "a.example", { ...order, location: "99" })).toEqual({ kind: "known", entity: "US1", shop });
  });
});

describe("kinds of ERP", () => {
  test("who books the goods, what a receipt may be posted against, what must be stated, and how many may send", () => {
    expect(erpKinds).toEqual({
      sandbox: { booksInventory: "erp", receivesAgainstOrders: true, needs: [], senders: "any" },
      tryton: { booksInventory: "hub", receivesAgainstOrders: true, needs: ["url", "database"], senders: "one" },
      netsuite: { booksInventory: "erp", receivesAgainstOrders: false, needs: ["url", "database"], senders: "any" },
      "business-central": { booksInventory: "hub", receivesAgainstOrders: false, needs: ["url"], senders: "one" },
      odoo: { booksInventory: "hub", receivesAgainstOrders: true, needs: ["url", "database"], senders: "one" },
      erpnext: { booksInventory: "hub", receivesAgainstOrders: true, needs: ["url"], senders: "one" },
    });
  });

  test("whose turn it is is asked where one may send at a time, for the lease and what passes before it", () => {
    const standard = { documentsPerSecond: 1, burstDocuments: 1, throttledPauseSeconds: 2, failuresToOpen: 5, openSeconds: 30 };
    const connection = (adapter: string) => ({ adapter, leaseSeconds: 90, pace: { documentsPerSecond: 7 } }) as never;
    expect(connectionPace(undefined, standard)).toEqual(standard);
    expect(connectionPace(connection("sandbox"), standard)).toEqual({ ...standard, documentsPerSecond: 7 });
    expect(connectionPace(connection("odoo"), standard)).toEqual({ ...standard, documentsPerSecond: 7, senderSeconds: 105 });
    expect([takesOneSender({ adapter: "erpnext" }), takesOneSender({ adapter: "netsuite" })]).toEqual([true, false]);
  });
});

describe("estimates", () => {
  test("a share is a fraction of whole numbers", () => {
    expect([shareOf("0.1"), shareOf("0"), shareOf("0.000001")]).toEqual([
      { part: 100_000, whole: 1_000_000 },
      { part: 0, whole: 1_000_000 },
      { part: 1, whole: 1_000_000 },
    ]);
  });

  test("are made by the rule of their name alone", () => {
    const estimates = [
      { ...told, estimate: "returns", rate: "0.05", windowDays: 30, when: { channel: "web" } },
      { ...told, estimate: "breakage", rate: "0.1" },
    ] as const;
    expect(estimateFor({ estimates }, "breakage", asked)).toEqual({ part: 100_000, whole: 1_000_000 });
    expect(estimateFor({ estimates: [estimates[0]] }, "breakage", asked)).toBeUndefined();
    expect(estimateFor({}, "breakage", asked)).toBeUndefined();
    expect(expectedReturnsFor({ estimates }, { ...asked, channel: "web" })).toEqual({
      share: { part: 50_000, whole: 1_000_000 },
      windowDays: 30,
    });
    expect(expectedReturnsFor({ estimates }, { ...asked, channel: "pos" })).toBeUndefined();
    expect(expectedReturnsFor({}, { ...asked, channel: "web" })).toBeUndefined();
    expect(
      expectedReturnsFor({ estimates: [{ ...told, estimate: "returns", rate: "0.05" }] }, { ...asked, channel: "web" }),
    ).toBeUndefined();
  });

  test("unclaimed property, points and replacements are found by their own names, and none without a rule", () => {
    const property = { ...told, jurisdiction: "US-MA", dormancyMonths: 36 };
    expect([unclaimedPropertyFor({ unclaimedProperty: [property] }, asked), unclaimedPropertyFor({}, asked)]).toEqual([
      property,
      undefined,
    ]);
    const points = { ...told, program: "rewards", points: 100, worth: { USD: 100 }, breakageRate: "0" };
    expect([
      loyaltyRuleFor({ loyalty: [points] }, "rewards", asked),
      loyaltyRuleFor({ loyalty: [points] }, "club", asked),
      loyaltyRuleFor({}, "rewards", asked),
    ]).toEqual([points, undefined, undefined]);
    const replacement = { ...told, code: "Warranty", reason: "warranty" };
    expect([
      replacementRuleFor({ replacements: [replacement] }, ["TEN", "WARRANTY"], asked),
      replacementRuleFor({ replacements: [replacement] }, ["TEN"], asked),
      replacementRuleFor({ replacements: [replacement] }, [], asked),
      replacementRuleFor({}, ["WARRANTY"], asked),
    ]).toEqual([replacement, undefined, undefined, undefined]);
  });
});

describe("where nobody says otherwise", () => {
  test("each election has the treatment of the accounting rules", () => {
    const standard = (
      [
        "controlPasses",
        "taxPoint",
        "tips",
        "returnedDuties",
        "unsaleableReturns",
        "storedValueGiven",
        "storedValueLapsed",
        "cardDiscount",
        "transferTitle",
        "correctionStyle",
        "accrualRevision",
        "drawerCount",
        "postingGrain",
      ] as const
    ).map((name) => electionFor({ elections: [{ ...told, election: "tips", value: "income", entity: "US9" }] }, name, asked));
    expect(standard).toEqual([
      "shipped",
      "fulfilment",
      "liability",
      "kept",
      "cost-of-goods",
      "concession",
      "liability",
      "with-use",
      "receipt",
      "reversal",
      "kept",
      "optional",
      "transaction",
    ]);
  });

  test("things take so many days, and as many as the rule of their name says", () => {
    const waits = [{ ...told, wait: "bankDeposit", days: 9 }] as const;
    const days = (policy: object) =>
      (["transferReceipt", "storeDayAudit", "payoutAfterPeriodEnd", "bankDeposit"] as const).map((name) =>
        waitDaysFor(policy, name, asked),
      );
    expect([days({}), days({ waits })]).toEqual([
      [7, 2, 3, 5],
      [7, 2, 3, 9],
    ]);
  });

  test("nothing may be off; with a rule of its name by its amount, or by its share", () => {
    const tolerances = [
      { ...told, tolerance: "settlementMatch", minorUnits: 5 },
      { ...told, tolerance: "foreignReturn", rate: "0.02" },
    ] as const;
    expect([
      toleranceFor({ tolerances }, "settlementMatch", asked),
      toleranceFor({ tolerances }, "ticketTaxGroup", asked),
      toleranceOf({ tolerances }, "foreignReturn", asked, 1_025),
      toleranceOf({ tolerances }, "foreignReturn", asked, -1_024),
      toleranceOf({ tolerances }, "foreignPayment", asked, 1_000),
    ]).toEqual([5, 0, 21, 20, 0]);
  });
});

describe("the cut-over of a channel", () => {
  const entities: Record<string, { timeZone: string; cutOver?: Record<string, { at: string; why: string }> }> = {
    US1: {
      timeZone: "America/New_York",
      cutOver: { shopify: { at: "2026-11-01T05:00:00.000Z", why: "A." }, pos: { at: "2026-10-15T05:00:00.000Z", why: "B." } },
    },
    US2: { timeZone: "UTC" },
  };
  test("is the entity's own, and that of no other channel", () => {
    expect([
      cutOverOf({ entities }, "US1", "shopify"),
      cutOverOf({ entities }, "US1", "toString"),
      cutOverOf({ entities }, "US2", "shopify"),
      cutOverOf({ entities }, "US9", "shopify"),
    ]).toEqual(["2026-11-01T05:00:00.000Z", undefined, undefined, undefined]);
  });

  test("ends the opening balances on the day before the last one, where the entity is", () => {
    // Summer time ends later in that night: 05:00 UTC is one o'clock there, and the day has begun.
    expect([lastCutOverDay({ entities }, "US1"), lastCutOverDay({ entities }, "US2"), lastCutOverDay({ entities }, "US9")]).toEqual([
      "2026-11-01",
      undefined,
      undefined,
    ]);
    const midnight = { timeZone: "UTC", cutOver: { pos: { at: "2026-11-01T00:00:00.000Z", why: "A." } } };
    expect(lastCutOverDay({ entities: { E: midnight } }, "E")).toBe("2026-10-31");
  });
});

describe("who bears it", () => {
  const occasion = { ...asked, store: "0101" };
  test("a reason counts in lower case and without spaces around it, for its kind", () => {
    const rule = { ...told, kind: "paid-out" as const, role: "petty-expense", when: { reason: "milk" } };
    const policy = { tillReasons: [rule] };
    expect([
      tillReasonFor(policy, "paid-out", { ...occasion, reason: " Milk " }),
      tillReasonFor(policy, "paid-in", { ...occasion, reason: "milk" }),
      tillReasonFor(policy, "paid-out", { ...occasion, reason: undefined }),
      tillReasonFor({}, "paid-out", { ...occasion, reason: "milk" }),
    ]).toEqual([rule, undefined, undefined, undefined]);
    const bears = { ...told, role: "shrink", when: { reason: "theft", store: "0101" } };
    expect([
      stockReasonFor({ stockReasons: [bears] }, { ...occasion, reason: "THEFT" }),
      stockReasonFor({ stockReasons: [bears] }, { ...occasion, store: "0102", reason: "theft" }),
      stockReasonFor({}, { ...occasion, reason: "theft" }),
    ]).toEqual([bears, undefined, undefined]);
  });

  test("the terms of a consignor, a vendor, a courier and a carrier are their own", () => {
    const consignment = { ...told, consignor: "atelier", commission: "0.4" };
    const dropShip = { ...told, vendor: "acme", unitCost: { USD: 900 } };
    const courier = { ...told, bankAccount: "operating", when: { carrier: "brinks" } };
    const freight = { ...told, carrier: "ups", perShipment: { USD: 650 } };
    expect([
      consignmentFor({ consignments: [consignment] }, "atelier", asked),
      consignmentFor({ consignments: [consignment] }, "mill", asked),
      consignmentFor({}, "atelier", asked),
      dropShipFor({ dropShip: [dropShip] }, "acme", asked),
      dropShipFor({ dropShip: [dropShip] }, "globex", asked),
      dropShipFor({}, "acme", asked),
      courierFor({ couriers: [courier] }, { ...asked, about: { carrier: "brinks" } }),
      courierFor({ couriers: [courier] }, asked),
      courierFor({}, asked),
      freightRuleFor({ freight: [freight] }, asked),
      freightRuleFor({}, asked),
    ]).toEqual([consignment, undefined, undefined, dropShip, undefined, undefined, courier, undefined, undefined, freight, undefined]);
  });
});

describe("the accounts that settlements name", () => {
  const gateway = (id: string, more: object = {}) => ({
    source: "adyen",
    entity: "US1",
    clearing: { role: "payment-clearing", gateway: "adyen" },
    id,
    ...more,
  });
  const tender = (match: string, more: object = {}) => ({ channel: "shopify", match, role: "payment-clearing", dimensions: {}, ...more });
  const policy = {
    tenders: [
      tender("adyen"),
      tender("paypal", { dimensions: { gateway: "pp" } }),
      tender("card", { role: "acquirer-clearing", dimensions: { acquirer: "acq" } }),
      tender("cash", { role: "cash-drawer", cash: true }),
    ],
    gatewayAccounts: {
      a: gateway("a", { currencies: ["USD"] }),
      p: gateway("p", { source: "paypal", clearing: { role: "payment-clearing", gateway: "pp" }, currencies: ["EUR"] }),
      q: gateway("q", { clearing: { role: "acquirer-clearing", gateway: "acq" } }),
      r: gateway("r", { clearing: { role: "acquirer-clearing", gateway: "adyen" } }),
    },
    bankAccounts: { operating: { numbers: ["DE 12 abc"] }, other: { numbers: ["77", "78"] } },
    balanceTypes: [{ source: "paypal", type: "T0006", class: "sale_refund" }],
  } as never;
  const paying = (name: string) =>
    accountsPayingOut(policy, "shopify", { gateway: name }).map((each) => (each as unknown as { id: string }).id);

  test("a gateway account is that of its id and source", () => {
    expect(gatewayAccountFor(policy, "adyen", "a")).toMatchObject({ id: "a" });
    expect([
      gatewayAccountFor(policy, "paypal", "a"),
      gatewayAccountFor(policy, "adyen", "toString"),
      gatewayAccountFor({} as never, "adyen", "a"),
    ]).toEqual([undefined, undefined, undefined]);
  });

  test("a payment is paid out by the accounts of the clearing account in which it waits", () => {
    expect([paying("adyen"), paying("paypal"), paying("card"), paying("cash"), paying("bitcoin")]).toEqual([["a"], ["p"], ["q"], [], []]);
    expect(accountsPayingOut({ tenders: [tender("adyen")] } as never, "shopify", { gateway: "adyen" })).toEqual([]);
  });

  test("it waits in the order's currency, unless the drawer or the account alone keeps the customer's", () => {
    const kept = (name: string, order: string, foreign?: string) =>
      currencyKeptIn(policy, "shopify", { gateway: name, foreign: foreign === undefined ? undefined : { currency: foreign } }, order);
    expect([
      kept("paypal", "USD"),
      kept("cash", "USD", "CAD"),
      kept("paypal", "USD", "EUR"),
      kept("paypal", "USD", "CAD"),
      kept("adyen", "USD", "EUR"),
      kept("card", "USD", "EUR"),
    ]).toEqual(["USD", "CAD", "EUR", "USD", "USD", "USD"]);
    const both = {
      tenders: [tender("adyen")],
      gatewayAccounts: { a: gateway("a", { currencies: ["USD", "EUR"] }) },
    } as never;
    expect(currencyKeptIn(both, "shopify", { gateway: "adyen", foreign: { currency: "EUR" } }, "USD")).toBe("USD");
  });

  test("a bank account is found by any of its numbers, whatever the spaces and letters", () => {
    expect(["de12ABC", "D E 1 2 a b c", "78", "79"].map((number) => bankAccountByNumber(policy, number)?.id)).toEqual([
      "operating",
      "operating",
      "other",
      undefined,
    ]);
    expect(bankAccountByNumber({} as never, "78")).toBeUndefined();
  });

  test("a type of rows has the class that policy gives it, of its source and in any letter case", () => {
    expect([
      classOfBalanceType(policy, "paypal", "t0006"),
      classOfBalanceType(policy, "paypal", "T0007"),
      classOfBalanceType(policy, "adyen", "T0006"),
      classOfBalanceType({} as never, "paypal", "T0006"),
    ]).toEqual(["sale_refund", undefined, undefined, undefined]);
  });
});
