import { describe, expect, test } from "vitest";
import type { BusinessEvent } from "#domain/events";
import type { Policy } from "#domain/policy";
import { consignedLines, consignorOf, noConsignment } from "../../../domain/ledger/consigned.ts";
import { bookCouponBack, couponIssuer } from "../../../domain/ledger/coupons.ts";
import { dimensionsOf } from "../../../domain/ledger/dimensions.ts";
import { TargetDraft } from "../../../domain/ledger/draft.ts";
import { bookOthersStoredValue, costOfPart, legKind, noTransferPrice, transferPriceOf } from "../../../domain/ledger/intercompany.ts";
import { JournalLines } from "../../../domain/ledger/journal-lines.ts";
import { mergeContents } from "../../../domain/ledger/merge-contents.ts";
import { placeOf } from "../../../domain/ledger/place.ts";
import { rateMissing } from "../../../domain/ledger/rates.ts";
import { policyOfSale } from "../../../domain/ledger/sale-day.ts";
import { addTender, taxedBefore, tenderLine } from "../../../domain/ledger/tender.ts";
import { bookToBank } from "../../../domain/ledger/to-bank.ts";
import { tradingPlace } from "../../../domain/ledger/trading-place.ts";
import { policy } from "../../fixtures/posting-case.ts";

const rule = { when: {}, from: "2026-01-01", why: "test", layer: 0 };
const event = {
  name: "refund.issued",
  schema: 1,
  key: "refund.issued:1",
  version: "7",
  occurredAt: "2026-11-27T10:00:00.000Z",
} as BusinessEvent;
const frame = { event, entity: "us", currency: "USD", businessDate: "2026-11-27" };
const sale = "sale:shopify:shop.example:1";

describe("two statements of one resource", () => {
  test.each<[unknown, unknown, unknown]>([
    [{ a: 1 }, { a: 1 }, { a: 1 }],
    [{ a: 1 }, { b: 2 }, { a: 1, b: 2 }],
    [{ a: null }, { a: 2 }, { a: 2 }],
    [{ a: 2 }, { a: null }, { a: 2 }],
    [{ a: null }, { b: 1 }, { a: null, b: 1 }],
    [{ a: [] }, { a: [1] }, { a: [1] }],
    [{ a: [1] }, { a: [] }, { a: [1] }],
    [{ a: undefined }, { b: 1 }, { b: 1 }],
    [{ a: { b: 1 } }, { a: { c: 2 } }, { a: { b: 1, c: 2 } }],
    [{ a: [1, 2] }, { a: [1, 2] }, { a: [1, 2] }],
    [
      [{ id: "x", a: 1 }, { id: "y" }],
      [{ id: "y", b: 2 }, { id: "x" }],
      [
        { id: "x", a: 1 },
        { id: "y", b: 2 },
      ],
    ],
    [
      [{ paymentId: "x", a: 1 }, { paymentId: "y" }],
      [{ paymentId: "y" }, { paymentId: "x", b: 3 }],
      [{ paymentId: "x", a: 1, b: 3 }, { paymentId: "y" }],
    ],
    [
      [{ a: 1 }, { a: 2 }],
      [{ a: 1, b: 3 }, { a: 2 }],
      [{ a: 1, b: 3 }, { a: 2 }],
    ],
    [
      [
        { id: "x", a: 1 },
        { id: "x", a: 1 },
      ],
      [
        { id: "x", a: 1 },
        { id: "x", a: 1 },
      ],
      [
        { id: "x", a: 1 },
        { id: "x", a: 1 },
      ],
    ],
    ["a", "a", "a"],
    [0, 0, 0],
  ])("%j and %j are %j", (a, b, both) => {
    expect(mergeContents(a, b)).toEqual(both);
  });

  test.each<[unknown, unknown]>([
    [{ a: 1 }, { a: 2 }],
    [{ a: 0 }, { a: 1 }],
    [{ a: "" }, { a: "b" }],
    [{ a: [1] }, { a: [1, 2] }],
    [{ a: [1, 2] }, { a: [2, 1] }],
    [{ a: { b: 1 } }, { a: { b: 2 } }],
    [{ a: [1] }, { a: { 0: 1 } }],
    [{ a: { 0: 1 } }, { a: [1] }],
    [[{ id: "x" }], [{ id: "y" }]],
    [[{ id: "x", a: 1 }], [{ id: "x", a: 2 }]],
    [
      [{ id: 1 }, { id: 2 }],
      [{ id: 2 }, { id: 1 }],
    ],
    [
      [{ id: "x", a: 1 }, { id: "x" }],
      [{ id: "x" }, { id: "x", a: 1 }],
    ],
    ["1", 1],
  ])("%j and %j contradict each other", (a, b) => {
    expect(mergeContents(a, b)).toBeUndefined();
  });
});

describe("the lines of a journal", () => {
  test("are one for equal role and dimensions, debits first, each by name, and none for nothing", () => {
    const lines = new JournalLines();
    lines.add("sales", { channel: "web" }, -70);
    lines.add("cash", {}, 50);
    lines.add("sales", { channel: "pos" }, -30);
    lines.add("bank", {}, 40);
    lines.add("cash", {}, 10);
    lines.add("tips", {}, 5);
    lines.add("tips", {}, -5);
    lines.add("zero", {}, 0);
    expect(lines.list()).toEqual([
      { role: "bank", dimensions: {}, amount: 40 },
      { role: "cash", dimensions: {}, amount: 60 },
      { role: "sales", dimensions: { channel: "pos" }, amount: -30 },
      { role: "sales", dimensions: { channel: "web" }, amount: -70 },
    ]);
    expect(new JournalLines().list()).toEqual([]);
  });

  test("keep what each amount of them is worth", () => {
    const lines = new JournalLines();
    const [first, second] = [
      { amount: 1, currency: "EUR", day: "2026-11-27" },
      { amount: 2, currency: "EUR", day: "2026-11-28" },
    ];
    lines.add("cash", {}, 5, first);
    lines.add("cash", {}, 6, second);
    lines.add("bank", {}, 5);
    lines.add("bank", {}, 6, second);
    expect(lines.list()).toEqual([
      { role: "bank", dimensions: {}, amount: 11 },
      { role: "cash", dimensions: {}, amount: 11, worth: [first, second] },
    ]);
  });

  test("have the dimensions of their role alone, as far as they are stated", () => {
    expect(dimensionsOf("payment-clearing", { currency: "USD", gateway: "cod", store: "7" })).toEqual({ gateway: "cod", currency: "USD" });
    expect(Object.keys(dimensionsOf("payment-clearing", { currency: "USD", gateway: "cod" }))).toEqual(["gateway", "currency"]);
    expect(dimensionsOf("payment-clearing", { gateway: "", currency: undefined })).toEqual({});
    expect(dimensionsOf("no-such-role", { gateway: "cod" })).toEqual({});
  });
});

describe("places", () => {
  test("are a shop or a store of the policies, and nothing that every object has", () => {
    expect(tradingPlace(policy, "shop.example")).toEqual({ entity: "us", timeZone: "UTC", channel: "web" });
    expect(tradingPlace(policy, "7")).toEqual({ entity: "ca", timeZone: "UTC", channel: "pos", store: "7" });
    expect([tradingPlace(policy, "8"), tradingPlace(policy, "constructor")]).toEqual([undefined, undefined]);
  });

  test("are found by the channel's id, or are the one of the shop", () => {
    expect(placeOf(policy, "shopify", "700", "dc")).toEqual({ kind: "known", location: "seven", entity: "ca" });
    expect(placeOf(policy, "shopify", undefined, "dc")).toEqual({ kind: "known", location: "dc", entity: "us" });
    const held = (id: string | undefined, fallback: string | undefined, named: string, cause: string) =>
      expect(placeOf(policy, "shopify", id, fallback)).toEqual({
        kind: "held",
        problem: {
          class: "data.unmapped",
          code: "location",
          cause,
          message: `shopify location ${named} is not mapped. Add it to the locations; the stock document posts by itself.`,
        },
      });
    held("999", "dc", "999", "location:999");
    held(undefined, undefined, "(none stated, and the shop has no default)", "location:none");
    held(undefined, "gone", "(none stated, and the shop has no default)", "location:none");
  });

  test("a rate that nobody knows says which, what waits, and what to do", () => {
    expect(rateMissing({ from: "EUR", to: "USD", day: "2026-11-27" }, "the document k")).toEqual({
      class: "money.fx-rate-missing",
      code: "EUR:USD",
      cause: "EUR:USD:2026-11-27",
      currency: "EUR",
      message:
        "no rate from EUR to USD is known for 2026-11-27: the document k waits for it. Add it to the fxRates of the policies; the document posts by itself.",
    });
  });

  test("the policies of a sale without a day are those in hand", () => {
    const rules = { ...policy, tenders: [], items: { ...policy.items } };
    const placed = { ...event, name: "order.placed" } as BusinessEvent;
    expect(policyOfSale([], rules, "shop.example")).toBe(rules);
    expect(policyOfSale([event], rules, "shop.example")).toBe(rules);
    expect(policyOfSale([placed], rules, "stranger.example")).toBe(rules);
  });
});

describe("where money is kept", () => {
  const tenders: Policy["tenders"] = [
    { channel: "shopify", match: "cod", role: "payment-clearing", dimensions: { gateway: "courier" }, why: "test" },
    { channel: "pos", match: "cash", role: "safe", dimensions: {}, cash: true, why: "test" },
    { channel: "shopify", match: "moon", role: "moon-money", dimensions: {}, why: "test" },
    {
      ...{ channel: "shopify", match: "voucher", role: "gift-card-liability", dimensions: { issuer: "us" }, why: "test" },
      taxedAtSale: { rate: "0.2", jurisdiction: "GB" },
    },
  ] as never;
  const by = { ...policy, tenders };

  test("is what the rule says, its dimensions before those of the fact", () => {
    expect(tenderLine(by, "shopify", "COD", undefined, { gateway: "cod", currency: "USD" })).toEqual({
      kind: "mapped",
      role: "payment-clearing",
      dimensions: { gateway: "courier", currency: "USD" },
      cash: false,
    });
    expect(tenderLine(by, "pos", "cash", undefined, {})).toMatchObject({ kind: "mapped", role: "safe", cash: true });
    expect(tenderLine(by, "shopify", "voucher", undefined, {})).toEqual({
      kind: "mapped",
      role: "gift-card-liability",
      dimensions: { issuer: "us" },
      cash: false,
      taxedAtSale: { rate: "0.2", jurisdiction: "GB" },
    });
  });

  test.each([
    ["sun", "has no tender rule"],
    ["moon", "is mapped to role moon-money, which is not in the list of roles"],
  ])("is nowhere for %s", (name, why) => {
    expect(tenderLine(by, "shopify", name, undefined, {})).toEqual({
      kind: "unmapped",
      problem: {
        class: "data.unmapped",
        code: "tender",
        cause: `tender:${name}`,
        message: `shopify tender "${name}" ${why}. Map it in the tender policy; the document posts by itself.`,
      },
    });
  });

  test("of a voucher whose tax was owed when it was sold, the tax lowers what is owed now", () => {
    const voucher = { role: "gift-card-liability", dimensions: { issuer: "us" }, taxedAtSale: { rate: "0.2", jurisdiction: "GB" } };
    const lines = new JournalLines();
    addTender(lines, voucher, 1_200);
    addTender(lines, { role: "cash", dimensions: {} }, 50);
    expect(lines.list()).toEqual([
      { role: "cash", dimensions: {}, amount: 50 },
      { role: "gift-card-liability", dimensions: { issuer: "us" }, amount: 1_000 },
      { role: "tax-payable", dimensions: { jurisdiction: "GB" }, amount: 200 },
    ]);
    expect([taxedBefore(voucher, -1_200), taxedBefore(voucher, 100), taxedBefore({}, 100)]).toEqual([-200, 17, 0]);
  });
});

describe("somebody else's goods, and what somebody else pays", () => {
  const agreed: Policy = { ...policy, consignments: [{ ...rule, consignor: "ANNA", commission: "0.4" }] };
  const sold = { consignor: "ANNA", itemClass: "home", value: 1_001, entity: "us", day: "2026-11-27" };

  test("are owed for, less our commission", () => {
    expect(consignedLines(agreed, sold)).toEqual([
      { role: "consignor-payable", dimensions: { consignor: "ANNA" }, amount: -601 },
      { role: "commission-revenue", dimensions: { consignor: "ANNA" }, amount: -400 },
    ]);
    expect(consignedLines(agreed, { ...sold, value: -1_001 })?.map(({ amount }) => amount)).toEqual([601, 400]);
    expect([consignedLines(agreed, { ...sold, consignor: "BO" }), consignedLines(policy, sold)]).toEqual([undefined, undefined]);
    expect(noConsignment(sold)).toEqual({
      class: "data.unmapped",
      code: "consignment",
      cause: "consignment:ANNA",
      message:
        "nothing is agreed with consignor ANNA for home on 2026-11-27. Add its commission to consignments; what was sold of it posts by itself.",
    });
  });

  test("are theirs by the item, or by where it lies", () => {
    const at = (ownership: object | undefined): Policy => ({
      ...policy,
      locations: { dc: { ...policy.locations.dc!, ...(ownership && { ownership }) } as never },
    });
    expect(consignorOf(at(undefined), { consignor: "ANNA" }, "dc")).toBe("ANNA");
    expect(consignorOf(at({ kind: "consignment", vendor: "BO" }), {}, "dc")).toBe("BO");
    expect(consignorOf(at({ kind: "consignment", vendor: "BO" }), { consignor: "ANNA" }, "dc")).toBe("ANNA");
    expect(consignorOf(at({ kind: "drop-ship", vendor: "BO" }), {}, "dc")).toBeUndefined();
    expect([consignorOf(policy, undefined, "dc"), consignorOf(policy, undefined, "nowhere")]).toEqual([undefined, undefined]);
  });

  test("a third party pays for its coupon on the days of its rule", () => {
    const by = {
      ...policy,
      promotions: [
        { ...rule, code: "SODA", to: "2026-11-30", paidBy: "SODA-CO" },
        { ...rule, code: "OURS" },
      ],
    };
    const issuer = (code: string | undefined, day: string) => couponIssuer(by as Policy, { code, entity: "us", day });
    expect([issuer("SODA", "2026-11-30"), issuer("SODA", "2026-12-01"), issuer("OURS", "2026-11-27")]).toEqual([
      "SODA-CO",
      undefined,
      undefined,
    ]);
    expect([issuer(undefined, "2026-11-27"), issuer("LOOSE", "2026-11-27")]).toEqual([undefined, undefined]);
    expect(couponIssuer(policy, { code: "SODA", entity: "us", day: "2026-11-27" })).toBeUndefined();
    const lines = new JournalLines();
    bookCouponBack(lines, "SODA-CO", { role: "sales-returns", dimensions: { channel: "web" } }, 300);
    expect(lines.list()).toEqual([
      { role: "sales-returns", dimensions: { channel: "web" }, amount: 300 },
      { role: "coupon-receivable", dimensions: { issuer: "SODA-CO" }, amount: -300 },
    ]);
  });
});

describe("between entities", () => {
  const price = (more: object): Policy =>
    ({ ...policy, transferPrices: [{ supplier: "ca", from: "2026-01-01", why: "test", layer: 0, ...more }] }) as never;
  const goods = { owner: "ca", seller: "us", itemClass: "home", quantityMillionths: 2_500_000 };
  const of = (by: Policy) => transferPriceOf(by, goods, "2026-11-27");

  test("goods are charged at cost and a markup, or at a price for each unit, in the money that was agreed", () => {
    expect(of(price({ costPlus: "0.05" }))).toEqual({ kind: "cost-plus", markup: "0.05" });
    expect(of(price({ unitPrice: 333, currency: "USD" }))).toEqual({ kind: "unit-price", total: 833 });
    expect(of(price({ unitPrice: 333, currency: "CAD" }))).toEqual({ kind: "unit-price", total: 833, currency: "CAD" });
    expect(of(policy)).toBeUndefined();
    expect(noTransferPrice("ca", "us", "home")).toEqual({
      class: "data.unmapped",
      code: "transfer-price",
      cause: "transfer-price:ca:us:home",
      message: "no transfer price for home from ca to us. Add one to the policies; both intercompany legs post by themselves.",
    });
  });

  test("parts of an issue add up to it with its markup, at whatever rates", () => {
    const part = (from: number, more: object = {}) => ({
      document: "i",
      movement: "m",
      issuedMillionths: 3_000_000,
      from,
      quantityMillionths: 1_000_000,
      markup: "0.1",
      ...more,
    });
    const parts = (more: object = {}, books?: Parameters<typeof costOfPart>[2]) =>
      [0, 1_000_000, 2_000_000].map((from) => costOfPart(100, part(from, more), books));
    expect(parts()).toEqual([37, 36, 37]);
    expect(parts({ rate: { from: "CAD", to: "USD", rate: "0.5" } })).toEqual([19, 18, 18]);
    expect(parts({}, { from: "CAD", to: "USD", rate: "2" })).toEqual([74, 72, 74]);
    expect(parts({ rate: { from: "CAD", to: "USD", rate: "0.5" } }, { from: "USD", to: "GBP", rate: "2" })).toEqual([38, 36, 36]);
  });

  test("a leg names the sister only where there are several", () => {
    expect([
      legKind("ca", new Set(["ca"]))("sold"),
      legKind("ca", new Set(["ca", "gb"]))("sold"),
      legKind("ca", new Set())("sold"),
    ]).toEqual(["sold", "sold-ca", "sold"]);
  });

  const card = (issuer: string, amount: number, role = "gift-card-liability") => ({ role, dimensions: { issuer }, amount });
  const booked = (...tenders: ReturnType<typeof card>[]) => {
    const draft = new TargetDraft(sale);
    const lines = new JournalLines();
    const by = { ...policy, entities: { ...policy.entities, gb: policy.entities.us! } };
    const { pair } = bookOthersStoredValue(
      draft,
      { policy: by, event, seller: "us", currency: "USD", businessDate: "2026-11-27" },
      tenders,
      lines,
    );
    const theirs = draft.finish().documents.map((document) => ({
      entity: document.entity,
      pair: document.pair,
      kind: document.kind,
      lines:
        document.type === "journal"
          ? document.lines.map(({ role, amount, dimensions }) => `${role} ${Object.values(dimensions)} ${amount}`)
          : [],
    }));
    return { pair, own: lines.list().map(({ role, amount, dimensions }) => `${role} ${Object.values(dimensions)} ${amount}`), theirs };
  };

  test("a card of another entity is a claim on it, and its own liability in its own books", () => {
    const pair = `${sale}/refund.issued:1/stored-value/ca`;
    expect(booked(card("ca", 300), card("ca", 200, "store-credit-liability"), card("us", 100))).toEqual({
      pair,
      own: ["due-from ca 500", "gift-card-liability us 100"],
      theirs: [
        {
          entity: "ca",
          pair,
          kind: "stored-value",
          lines: ["gift-card-liability ca 300", "store-credit-liability ca 200", "due-to us -500"],
        },
      ],
    });
    expect(booked(card("ca", -300))).toMatchObject({
      own: ["due-to ca -300"],
      theirs: [{ lines: ["due-from us 300", "gift-card-liability ca -300"] }],
    });
  });

  test("several issuers are several pairs; what is the seller's own, of nobody, or no stored value is none", () => {
    const pairOf = (issuer: string) => `${sale}/refund.issued:1/stored-value/${issuer}`;
    const two = booked(card("ca", 300), card("gb", 200));
    expect([two.pair, two.own]).toEqual([
      [
        { counterparty: "ca", pair: pairOf("ca") },
        { counterparty: "gb", pair: pairOf("gb") },
      ],
      ["due-from ca 300", "due-from gb 200"],
    ]);
    expect(booked(card("us", 1), card("stranger", 2), card("ca", 3, "deferred-revenue"))).toMatchObject({ pair: undefined, theirs: [] });
    expect(booked()).toEqual({ pair: undefined, own: [], theirs: [] });
  });
});

describe("money on its way to the bank", () => {
  const sent = { source: "store" as const, place: "7", depositId: "D1", names: ["BAG-1"], lagDays: 2 };
  const book = (owner: string, amount = 500) => {
    const draft = new TargetDraft(sale);
    const lines = new JournalLines();
    lines.add("cash", {}, -500);
    bookToBank(draft, frame, "deposit", { account: "b", owner, currency: "USD", amount: 500, sent: { ...sent, amount } }, lines);
    return draft.finish().documents;
  };

  test("is told to the deposit's own stream, and waits in transit", () => {
    const [told, journal, ...others] = book("us");
    expect(told).toMatchObject({
      type: "told",
      kind: "told-deposit",
      to: "payout:store:7:D1",
      facts: [
        {
          ...{
            name: "bank-deposit.sent",
            schema: 1,
            version: "7",
            occurredAt: "2026-11-27T10:00:00.000Z",
            bankAccount: "b",
            currency: "USD",
          },
          ...{ sentOn: "2026-11-27", depositId: "D1", names: ["BAG-1"], amount: 500, lagDays: 2 },
        },
      ],
    });
    expect(told?.type === "told" && told.facts.map((fact) => "source" in fact || "place" in fact)).toEqual([false]);
    expect(journal).toMatchObject({
      ...{ entity: "us", kind: "deposit" },
      lines: [
        { role: "bank-in-transit", dimensions: { account: "b", currency: "USD" }, amount: 500 },
        { role: "cash", amount: -500 },
      ],
    });
    expect([journal?.pair, others]).toEqual([undefined, []]);
  });

  test("of which nothing reaches it is told to nobody", () => {
    expect([book("us", 0).map(({ kind }) => kind), book("us", -1).length, book("us", 1).length]).toEqual([["deposit"], 1, 2]);
  });

  test("is owed by whoever has the account", () => {
    const pair = `${sale}/refund.issued:1/deposit`;
    expect(book("ca").slice(1)).toMatchObject([
      {
        ...{ entity: "us", pair },
        lines: [
          { role: "due-from", dimensions: { counterparty: "ca" }, amount: 500 },
          { role: "cash", amount: -500 },
        ],
      },
      {
        ...{ entity: "ca", pair },
        lines: [
          { role: "bank-in-transit", dimensions: { account: "b", currency: "USD" }, amount: 500 },
          { role: "due-to", dimensions: { counterparty: "us" }, amount: -500 },
        ],
      },
    ]);
  });
});
