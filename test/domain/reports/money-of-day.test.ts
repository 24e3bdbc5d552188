import { describe, expect, test } from "vitest";
import type { BusinessEvent } from "#domain/events";
import { type LineageItem, viewTransaction } from "#domain/lineage";
import type { Policy } from "#domain/policy";
import { type HeldElsewhere, moneyOfDay } from "#domain/reports";
import { at, boundJournal, done, fact, keyOf, outcome, plan, policy } from "../../fixtures/posting-case.ts";

const sale = "sale:shopify:shop.example:1";
const known: Policy = {
  ...policy,
  tenders: [
    { channel: "shopify", match: "shopify_payments", role: "payment-clearing", why: "test" },
    { channel: "shopify", match: "gift_card", role: "gift-card-liability", why: "test" },
  ] as unknown as Policy["tenders"],
};
const payment = (name: "payment.captured" | "payment.refunded", id: string, more: object = {}) =>
  ({
    name,
    schema: 1,
    key: `${name}:${id}`,
    version: "1",
    occurredAt: at(0),
    orderId: "1",
    paymentId: id,
    gateway: "shopify_payments",
    amount: 10_000,
    currency: "USD",
    ...(name === "payment.refunded" ? { status: "success" } : {}),
    ...more,
  }) as BusinessEvent;
const stated = (event: BusinessEvent) => fact(event.key, { source: `shopify:shop.example:fact:${event.name}`, events: [event] });
const nobody: HeldElsewhere = {
  erpLines: () => undefined,
  windows: [],
  isBanked: () => false,
  soldBy: () => undefined,
  isDeposited: () => false,
  isSettled: () => true,
};
const posted = (key: string, amount: number) => {
  const document = {
    ...boundJournal(key, amount),
    event: key,
    lines: boundJournal(key, amount).lines.map((line) => ({
      ...line,
      dimensions: line.role === "payment-clearing" ? { gateway: "shopify_payments" } : {},
    })),
  };
  const made = plan(1, [{ kind: "post", key: keyOf(key), erpKey: `${keyOf(key)}@1`, hash: "h", document }]);
  return [made, outcome(made, [done()])];
};
const read = (items: readonly LineageItem[], elsewhere: Partial<HeldElsewhere> = {}, date = "2026-11-27") =>
  moneyOfDay(viewTransaction(sale, items), known, date, { ...nobody, ...elsewhere }).map(({ line, transaction: _, ...item }) => ({
    ...item,
    means: line.means,
  }));

describe("the money of a day", () => {
  const captured = payment("payment.captured", "1");
  const means = "payment-clearing shopify_payments";
  const settled = {
    name: "payment.settled",
    schema: 1,
    key: "payment.settled:r1",
    version: "1",
    occurredAt: at(9),
    settlement: "settlement-row:s:a:r1",
    paymentId: "1",
    amount: 10_000,
    fee: 300,
    currency: "USD",
    way: "payment",
    confidence: 100,
  } as unknown as BusinessEvent;

  test("of a capture nothing of which is posted waits for what holds it", () => {
    expect(read([stated(captured)])).toEqual([
      { event: "payment.captured:1", source: 10_000, notBanked: "no-row", waitsFor: "is to be posted", means },
    ]);
  });

  test("is the same on every side once it is posted, in the ERP and in the bank", () => {
    const lines = [
      { role: "payment-clearing", dimensions: { gateway: "shopify_payments" }, amount: 10_000 },
      { role: "sales", dimensions: {}, amount: -10_000 },
    ];
    const items = [stated(captured), stated(settled), ...posted("payment.captured:1", 10_000)];
    const whole = {
      erpLines: (key: string) => (key === `${keyOf("payment.captured:1")}@1` ? lines : undefined),
      isBanked: (row: string) => row === "settlement-row:s:a:r1",
    };
    expect(read(items, whole)).toEqual([
      { event: "payment.captured:1", source: 10_000, lineage: 10_000, erp: 10_000, bank: 10_000, waitsFor: "", means },
    ]);
    expect(read(items, { ...whole, isBanked: () => false })).toMatchObject([{ erp: 10_000, notBanked: "no-bank-line" }]);
    expect(read(items, { isBanked: whole.isBanked })).toEqual([
      { event: "payment.captured:1", source: 10_000, lineage: 10_000, bank: 10_000, waitsFor: "is not in the ERP", means },
    ]);
    expect(read(items, { ...whole, isSettled: () => false })).toMatchObject([{ bank: null }]);
  });

  test("is less what was given back, and has nothing of a refund that is pending, of stored value, or of another day", () => {
    expect(read([stated(payment("payment.refunded", "2", { amount: 400, rounding: 5 }))])).toMatchObject([{ source: -405, means }]);
    expect(read([stated(payment("payment.refunded", "2", { status: "pending" }))])).toEqual([]);
    expect(read([stated(payment("payment.captured", "2", { gateway: "gift_card" }))])).toEqual([]);
    expect(read([stated(captured)], {}, "2026-11-28")).toEqual([]);
  });

  test("by a tender that no rule knows is money until somebody says otherwise", () => {
    expect(read([stated(payment("payment.captured", "2", { gateway: "klarna" }))])).toMatchObject([
      { source: 10_000, means: "no tender rule: klarna" },
    ]);
  });

  test("counts a document that cannot be read on the day that it came, and says why", () => {
    const issue = { class: "money.amount-mismatch", code: "order-total", cause: "x", message: "…" } as const;
    const broken = fact("broken", { events: [], issues: [issue] });
    expect(read([broken])).toEqual([
      { event: "", source: 0, bank: null, waitsFor: "is held: money.amount-mismatch/order-total", means: "documents that cannot be read" },
    ]);
    expect(read([broken], {}, "2026-11-28")).toEqual([]);
  });

  test("of a ticket is told apart by acquirer, and given back in full by its void", () => {
    const till = "sale:pos:7:1:2026-11-27:4";
    const tender = (id: string, type: string, amount: number) => ({ id, type, amount });
    const sold = {
      name: "ticket.completed",
      schema: 1,
      key: "ticket.completed:4",
      version: "1",
      occurredAt: at(0),
      store: "7",
      register: "1",
      sequence: "4",
      businessDate: "2026-11-27",
      currency: "USD",
      taxesIncluded: false,
      lines: [],
      discounts: [],
      taxes: [],
      cashRounding: 0,
      rounding: 0,
      stated: {},
      tenders: [tender("1", "CardA", 5_000), tender("2", "CardB", 2_000)],
    } as unknown as BusinessEvent;
    const undone = {
      name: "ticket.voided",
      schema: 1,
      key: "ticket.voided:5",
      version: "1",
      occurredAt: at(9),
      store: "7",
      register: "1",
      sequence: "5",
      businessDate: "2026-11-27",
      original: { sequence: "4" },
      currency: "USD",
    } as unknown as BusinessEvent;
    const paid = { ...settled, paymentId: `${till}/1`, amount: 5_000 } as unknown as BusinessEvent;
    const rule = (match: string, acquirer: string) => ({
      channel: "pos",
      match,
      role: "acquirer-clearing",
      dimensions: { acquirer },
      why: "test",
    });
    const tills = { ...policy, tenders: [rule("carda", "a"), rule("cardb", "b")] } as unknown as Policy;
    const tell = (...events: BusinessEvent[]) =>
      moneyOfDay(
        viewTransaction(
          till,
          events.map((event) => fact(event.key, { transaction: till, source: `pos:7:t:${event.name}`, events: [event] })),
        ),
        tills,
        "2026-11-27",
        { ...nobody, isBanked: () => true },
      ).map(({ line, source, bank, notBanked }) => `${line.means} ${source} ${bank ?? notBanked ?? null}`);
    expect(tell(sold, paid)).toEqual(["acquirer-clearing a 5000 5000", "acquirer-clearing b 2000 no-row"]);
    expect(tell(sold, undone)).toEqual([
      "acquirer-clearing a 5000 null",
      "acquirer-clearing b 2000 null",
      "acquirer-clearing a -5000 null",
      "acquirer-clearing b -2000 null",
    ]);
  });

  describe("in another currency than the order's", () => {
    const placed = {
      name: "order.placed",
      schema: 1,
      key: "order.placed:1",
      version: "1",
      occurredAt: at(0),
      orderId: "1",
      orderName: "#1",
      currency: "USD",
      presentmentCurrency: "EUR",
      presentment: { total: 9_000, inOrderCurrency: 10_000 },
      taxesIncluded: false,
      test: false,
      gateways: [],
      paymentTerms: false,
      lines: [],
      shipping: [],
      totals: { lines: 10_000, discounts: 0, tax: 0, tip: 0, duties: 0, fees: 0, cashRounding: 0, total: 10_000 },
    } as unknown as BusinessEvent;
    const inEuros = payment("payment.captured", "1", { amount: 9_000, currency: "EUR" });
    const paidInEuros = { ...settled, amount: 9_000, currency: "EUR" } as unknown as BusinessEvent;
    const whole = {
      erpLines: () => [{ role: "payment-clearing", dimensions: { gateway: "shopify_payments" }, amount: 10_000 }],
      isBanked: () => true,
    };
    const books = posted("payment.captured:1", 10_000);

    test("a payment counts for its share of the order, as it is posted", () => {
      expect(read([stated(placed), stated(inEuros), ...books], whole)).toMatchObject([
        { source: 10_000, lineage: 10_000, erp: 10_000, notBanked: "no-row" },
      ]);
      expect(read([stated(placed), stated(inEuros), stated(paidInEuros), ...books], whole)).toMatchObject([{ erp: 10_000, bank: 10_000 }]);
    });

    test("what is settled of it counts for its share, too", () => {
      const half = { ...paidInEuros, amount: 4_500 } as unknown as BusinessEvent;
      expect(read([stated(placed), stated(inEuros), stated(half), ...books], whole)).toMatchObject([{ erp: 10_000, bank: 5_000 }]);
    });

    test("a refund in a third currency is what its payment says, also where the refund says otherwise", () => {
      const refund = {
        name: "refund.issued",
        schema: 1,
        key: "refund.issued:1",
        version: "1",
        occurredAt: at(0),
        orderId: "1",
        refundId: "1",
        currency: "USD",
        lines: [],
        shipping: [],
        adjustments: [],
        duties: 0,
        fees: 0,
        payments: [{ paymentId: "2", gateway: "shopify_payments", amount: 9_130, currency: "EUR", status: "success" }],
        processedAt: at(0),
      } as unknown as BusinessEvent;
      const rate = {
        name: "rate.fixed",
        schema: 1,
        key: "rate.fixed:EUR-USD-2026-11-27",
        version: "1",
        occurredAt: at(0),
        from: "EUR",
        to: "USD",
        day: "2026-11-27",
        rate: "1.10",
        publishedOn: "2026-11-27",
        source: "test",
      } as unknown as BusinessEvent;
      const inDollars = { ...placed, presentmentCurrency: "USD", presentment: undefined } as unknown as BusinessEvent;
      const back = (amount: number) => payment("payment.refunded", "2", { amount, currency: "EUR", parentPaymentId: "1" });
      const told = (amount: number) =>
        moneyOfDay(viewTransaction(sale, [inDollars, captured, refund, rate, back(amount)].map(stated)), known, "2026-11-27", nobody).map(
          ({ line, event, source }) => [event, source, line.currency],
        );
      expect(told(9_130)).toEqual([
        ["payment.captured:1", 10_000, "USD"],
        ["payment.refunded:2", -9_130, "EUR"],
      ]);
      expect(told(9_000)).toEqual([
        ["payment.captured:1", 10_000, "USD"],
        ["payment.refunded:2", -9_000, "EUR"],
      ]);
    });

    test("a row that was changed by the gateway says what of the payment it settles, or nothing is said of the bank", () => {
      const changed = { ...settled, amount: 9_900, currency: "GBP" } as unknown as BusinessEvent;
      const items = [stated(captured), stated(changed), ...books];
      expect(read(items, { ...whole, soldBy: () => ({ amount: 10_000, currency: "USD" }) })).toMatchObject([{ erp: 10_000, bank: 10_000 }]);
      expect(read(items, whole)).toMatchObject([{ erp: 10_000, notBanked: "other-currency" }]);
    });
  });

  test("that a courier pays over is on its way to the bank, less its fee, until a bank line shows it", () => {
    const remitted = {
      name: "cod.remitted",
      schema: 1,
      key: "cod.remitted:9",
      version: "1",
      occurredAt: at(3),
      orderId: "1",
      rowId: "9",
      carrier: "swift",
      currency: "USD",
      amount: 11_000,
      fee: 300,
    } as unknown as BusinessEvent;
    expect(read([stated(remitted)])).toEqual([
      { event: "cod.remitted:9", source: 10_700, notBanked: "not-deposited", waitsFor: "is to be posted", means: "bank-in-transit" },
    ]);
    expect(read([stated(remitted)], { isDeposited: () => true })).toMatchObject([{ source: 10_700, bank: 10_700 }]);
  });

  describe("that tills move without a sale", () => {
    const day = "store-day:pos:7:2026-11-27";
    const rules = [{ channel: "pos", match: "cash", role: "cash-drawer", dimensions: {}, why: "test" }];
    const tills = { ...policy, tenders: rules } as unknown as Policy;
    const till = { schema: 1, version: "1", occurredAt: at(1), store: "7", register: "1", businessDate: "2026-11-27", tender: "Cash" };
    const moved = (kind: string, amount: number, more: object = {}) =>
      ({ name: "till.moved", key: `till.moved:${kind}`, ...till, sequence: "1", kind, currency: "USD", amount, ...more }) as BusinessEvent;
    const counted = {
      name: "till.balanced",
      key: "till.balanced:1",
      ...till,
      currency: "USD",
      counted: 9_950,
      expected: 10_000,
    } as BusinessEvent;
    const tell = (events: readonly BusinessEvent[], elsewhere: Partial<HeldElsewhere> = {}) =>
      moneyOfDay(
        viewTransaction(
          day,
          events.map((event) => fact(event.key, { transaction: day, source: `pos:7:${event.key}`, events: [event] })),
        ),
        tills,
        "2026-11-27",
        { ...nobody, ...elsewhere },
      );
    const texts = (events: readonly BusinessEvent[]) => tell(events).map(({ line, source }) => `${line.name} ${line.means} ${source}`);

    test("goes from where it was to where it is", () => {
      expect(texts([moved("loan", 20_000)])).toEqual(["7 cash-drawer 20000", "7 safe -20000"]);
      expect(texts([moved("safe-drop", 5_000)])).toEqual(["7 safe 5000", "7 cash-drawer -5000"]);
      expect(texts([moved("paid-in", 300)])).toEqual(["7 cash-drawer 300"]);
      expect(texts([moved("paid-out", 300)])).toEqual(["7 cash-drawer -300"]);
      expect(texts([moved("bank-deposit", 15_000)])).toEqual(["7 bank-in-transit 15000", "7 safe -15000"]);
      expect(texts([counted])).toEqual(["7 cash-drawer -50"]);
    });

    test("waits for its day to be audited, and a deposit for its bank line", () => {
      expect(
        tell([moved("bank-deposit", 15_000)]).map(({ waitsFor, bank, notBanked }) => [waitsFor, bank ?? null, notBanked ?? null]),
      ).toEqual([
        ["waits for its store day to be audited", null, "not-deposited"],
        ["waits for its store day to be audited", null, null],
      ]);
      expect(tell([moved("bank-deposit", 15_000)], { isDeposited: () => true })[0]).toMatchObject({ source: 15_000, bank: 15_000 });
    });

    test("in foreign money counts for what the till says that it took it for", () => {
      const foreign = { currency: "CAD", valued: { currency: "USD", amount: 730 } };
      expect(texts([moved("safe-drop", 1_000, foreign)])).toEqual(["7 safe 730", "7 cash-drawer -730"]);
    });
  });
});
