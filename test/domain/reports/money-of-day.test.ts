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

  test("is none of a transaction that is no sale, nor of a test order", () => {
    const ofStream = (transaction: string, events: readonly BusinessEvent[]) =>
      moneyOfDay(
        viewTransaction(
          transaction,
          events.map((event) => stated(event)),
        ),
        known,
        "2026-11-27",
        nobody,
      ).length;
    expect(ofStream("transfer:shopify:shop.example:1", [captured])).toBe(0);
    const placed = (test: boolean) =>
      ({
        name: "order.placed",
        schema: 1,
        key: "order.placed:1",
        version: "1",
        occurredAt: at(0),
        orderId: "1",
        currency: "USD",
        presentmentCurrency: "USD",
        test,
      }) as unknown as BusinessEvent;
    expect(ofStream(sale, [placed(false), captured])).toBe(1);
    expect(ofStream(sale, [placed(true), captured])).toBe(0);
  });

  test("is told on the day of the shop's own clock, or the store's, or in Greenwich where neither is known", () => {
    const late = payment("payment.captured", "1", { occurredAt: "2026-11-28T03:00:00.000Z" });
    const at3 = (transaction: string, by: Policy, date: string) =>
      moneyOfDay(viewTransaction(transaction, [stated(late)]), by, date, nobody).length;
    const newYork: Policy = {
      ...known,
      shops: { "shop.example": { ...known.shops["shop.example"]!, timeZone: "America/New_York" } },
      stores: { "7": { ...known.stores["7"]!, timeZone: "America/Chicago" } },
    };
    expect([at3(sale, newYork, "2026-11-27"), at3(sale, newYork, "2026-11-28")]).toEqual([1, 0]);
    expect([at3("sale:shopify:7:1", newYork, "2026-11-27"), at3("sale:shopify:gone.example:1", newYork, "2026-11-28")]).toEqual([1, 1]);
  });

  test("is none where the tender is a claim and no money", () => {
    const claims = {
      ...known,
      tenders: [{ channel: "shopify", match: "house", role: "accounts-receivable", dimensions: {}, why: "test" }],
    } as unknown as Policy;
    const charged = payment("payment.captured", "1", { gateway: "house" });
    expect(moneyOfDay(viewTransaction(sale, [stated(charged)]), claims, "2026-11-27", nobody)).toEqual([]);
  });

  test("waits for what is open on its transaction, each once and by name, and not for what was closed", () => {
    const opened = (cause: string, name: string, code: string) =>
      ({
        type: "exception",
        transaction: sale,
        key: `X#${name}#${cause}#1`,
        at: at(1),
        class: name,
        code,
        cause,
        message: "…",
      }) as unknown as LineageItem;
    const open = [opened("b", "data.unmapped", "tender"), opened("a", "data.unmapped", "tender"), opened("c", "data.missing", "item")];
    expect(read([stated(captured), ...open])).toMatchObject([{ waitsFor: "is held: data.missing/item, data.unmapped/tender" }]);
    const closed = {
      type: "closure",
      transaction: sale,
      key: "X#data.missing#c#1#C",
      at: at(2),
      by: "hub",
      reason: "gone",
    } as unknown as LineageItem;
    expect(read([stated(captured), opened("c", "data.missing", "item"), closed])).toMatchObject([{ waitsFor: "is to be posted" }]);
  });

  test("that stands in the opening balances of the ERP is looked for nowhere else", () => {
    const document = { ...boundJournal("payment.captured:1", 10_000), event: "payment.captured:1" };
    const made = plan(1, [{ kind: "opening", key: keyOf("payment.captured:1"), hash: "h", document }] as unknown as Parameters<
      typeof plan
    >[1]);
    const { waitsFor, erp } = read([stated(captured), made, outcome(made, [done()])]).find(({ lineage }) => lineage !== undefined)! as {
      waitsFor: string;
      erp?: number;
    };
    expect([waitsFor, erp]).toEqual(["stands in the ERP's opening balances", undefined]);
  });

  test("of several documents that cannot be read is told once, with every reason, on the day of the last", () => {
    const issue = (code: string) => ({ class: "data.value", code, cause: code, message: "…" }) as const;
    const broken = (name: string, day: string, code: string) =>
      fact(name, { key: `D#${name}`, events: [], issues: [issue(code)], at: `2026-11-${day}T12:00:00.000Z`, source: name });
    const items = [broken("a", "26", "total"), broken("b", "27", "price"), broken("c", "27", "total"), stated(captured)];
    expect(read(items)[1]).toMatchObject({ waitsFor: "is held: data.value/price, data.value/total" });
    expect(read(items, {}, "2026-11-26")).toEqual([]);
    const till = "sale:pos:7:1:2026-11-27:4";
    const unread = moneyOfDay(viewTransaction(till, [broken("a", "29", "total")]), known, "2026-11-27", nobody);
    expect(unread).toEqual([
      {
        line: { kind: "store-day", name: "7", currency: "", means: "documents that cannot be read" },
        transaction: till,
        event: "",
        source: 0,
        bank: null,
        waitsFor: "is held: data.value/total",
      },
    ]);
  });

  describe("that is summed up for its store day", () => {
    const window = "store-day:pos:7:2026-11-27";
    const lines = [
      { role: "payment-clearing", dimensions: { gateway: "shopify_payments" }, amount: 10_000 },
      { role: "sales", dimensions: {}, amount: -10_000 },
    ];
    const contributed = {
      name: "posting.contributed",
      schema: 1,
      key: "posting.contributed:1",
      version: "1",
      occurredAt: at(0),
      document: keyOf("one"),
      businessDate: "2026-11-27",
      lines,
    };
    const telling = plan(1, [
      {
        kind: "tell",
        key: keyOf("told"),
        hash: "t",
        document: {
          type: "told",
          key: keyOf("told"),
          kind: "capture-contribution",
          event: "payment.captured:1",
          entity: "us",
          currency: "USD",
          businessDate: "2026-11-27",
          to: window,
          facts: [contributed],
        },
      },
    ] as unknown as Parameters<typeof plan>[1]);
    const items = [stated(captured), telling, outcome(telling, [done()])];
    const summaryOf = (document: string) => {
      const summary = { ...boundJournal("summary", 10_000), contributions: [{ document, hash: "x", sign: 1 }] };
      const made = plan(1, [
        { kind: "post", key: keyOf("summary"), erpKey: "summary@1", hash: "s", document: summary },
      ] as unknown as Parameters<typeof plan>[1]);
      return { ...viewTransaction(window, [made, outcome(made, [done()])]), transaction: window };
    };
    const seen = (elsewhere: Partial<HeldElsewhere>) => read(items, elsewhere)[0];

    test("waits for that to be closed", () => {
      expect(seen({})).toMatchObject({ lineage: 10_000, waitsFor: "waits for its store day or window to be closed" });
      expect(seen({ windows: [summaryOf(keyOf("another"))] })).toMatchObject({
        waitsFor: "waits for its store day or window to be closed",
      });
    });

    test("is in the ERP with its summary, and not without it", () => {
      expect(seen({ windows: [summaryOf(keyOf("one"))] })).toMatchObject({ lineage: 10_000, waitsFor: "its summary is not in the ERP" });
      expect(seen({ windows: [summaryOf(keyOf("one"))], erpLines: (key) => (key === "summary@1" ? [] : undefined) })).toMatchObject({
        source: 10_000,
        lineage: 10_000,
        erp: 10_000,
        waitsFor: "",
      });
    });
  });

  describe("that tills move, by the direction of each kind", () => {
    const day = "store-day:pos:7:2026-11-27";
    const tills = (role = "cash-drawer") =>
      ({ ...policy, tenders: [{ channel: "pos", match: "cash", role, dimensions: {}, why: "test" }] }) as unknown as Policy;
    const till = {
      schema: 1,
      version: "1",
      occurredAt: at(1),
      store: "7",
      register: "1",
      businessDate: "2026-11-27",
      tender: "Cash",
      currency: "USD",
    };
    const moved = (kind: string, amount: number, more: object = {}) =>
      ({ name: "till.moved", key: `till.moved:${kind}`, ...till, sequence: "1", kind, amount, ...more }) as unknown as BusinessEvent;
    const counted = (more: object = {}) =>
      ({ name: "till.balanced", key: "till.balanced:1", ...till, counted: 9_950, expected: 10_000, ...more }) as unknown as BusinessEvent;
    const tell = (events: readonly BusinessEvent[], by = tills()) =>
      moneyOfDay(
        viewTransaction(
          day,
          events.map((event) => fact(event.key, { transaction: day, source: `pos:7:${event.key}`, events: [event] })),
        ),
        by,
        "2026-11-27",
        nobody,
      ).map(({ line, source, waitsFor }) => `${line.means} ${source}: ${waitsFor}`);
    const waits = "waits for its store day to be audited";
    test.each<[string, string[]]>([
      ["loan", ["cash-drawer 200", "safe -200"]],
      ["pickup", ["safe 200", "cash-drawer -200"]],
      ["safe-drop", ["safe 200", "cash-drawer -200"]],
      ["paid-in", ["cash-drawer 200"]],
      ["paid-out", ["cash-drawer -200"]],
      ["tip-out", ["cash-drawer -200"]],
      ["bank-deposit", ["bank-in-transit 200", "safe -200"]],
    ])("%s", (kind, means) => {
      expect(tell([moved(kind, 200)])).toEqual(means.map((each) => `${each}: ${waits}`));
    });

    test("what lies in no drawer lies where its tender says, and what moved nothing is nothing", () => {
      expect(tell([moved("loan", 200)], tills("safe"))).toEqual([`safe 0: ${waits}`]);
      expect(tell([moved("loan", 0)])).toEqual([]);
      expect(tell([counted({ counted: 10_000 })])).toEqual([]);
      expect(tell([counted({ register: undefined })])).toEqual([`safe -50: ${waits}`]);
      expect(tell([moved("paid-in", 200, { businessDate: "2026-11-26" })])).toEqual([]);
      expect(tell([moved("paid-in", 200)], { ...tills(), tenders: [] } as Policy)).toEqual([`no tender rule: Cash 200: ${waits}`]);
    });

    test("waits for the audit of its day no longer once that is there", () => {
      const audited = {
        name: "store-day.audited",
        schema: 1,
        key: "store-day.audited:1",
        version: "1",
        occurredAt: at(9),
        store: "7",
        businessDate: "2026-11-27",
        by: "Dana",
        reason: "x",
      } as BusinessEvent;
      expect(tell([moved("paid-in", 200), audited])).toEqual(["cash-drawer 200: is to be posted"]);
    });

    test("foreign money whose worth nobody stated is what the books say, and so is what of it is on its way to the bank", () => {
      expect(tell([moved("paid-in", 1_000, { currency: "CAD" })])).toEqual([`cash-drawer 0: ${waits}`]);
      expect(tell([moved("paid-in", 1_000, { currency: "CAD", valued: { currency: "EUR", amount: 700 } })])).toEqual([
        `cash-drawer 0: ${waits}`,
      ]);
      expect(tell([moved("bank-deposit", 1_000, { currency: "CAD", valued: { currency: "USD", amount: 730 } })])).toEqual([
        `bank-in-transit 0: ${waits}`,
        `safe -730: ${waits}`,
      ]);
    });
  });

  describe("what a row settles of a payment in other money", () => {
    const paid = payment("payment.captured", "1", { foreign: { currency: "EUR", amount: 9_000 } });
    const back = payment("payment.refunded", "1", { foreign: { currency: "EUR", amount: 9_000 } });
    const settling = (amount: number, currency: string) => ({ ...settled, amount, currency }) as unknown as BusinessEvent;
    const banked = (event: BusinessEvent, row: BusinessEvent) => {
      const [item] = read([stated(event), stated(row)], { isBanked: () => true });
      return item?.bank ?? item?.notBanked;
    };
    test.each([
      ["all of it", paid, 9_000, "EUR", 10_000],
      ["a third of it", paid, 3_000, "EUR", 3_333],
      ["nothing of it", paid, 0, "EUR", "no-row"],
      ["more than it", paid, 9_001, "EUR", "other-currency"],
      ["the other way round", paid, -1, "EUR", "other-currency"],
      ["in a third currency", paid, 9_000, "GBP", "other-currency"],
      ["of what was given back", back, -4_500, "EUR", -5_000],
      ["in its own", paid, 1_234, "USD", 1_234],
    ])("%s", (_, event, amount, currency, bank) => {
      expect(banked(event, settling(amount, currency))).toBe(bank);
    });

    test("of another payment is none of this one", () => {
      expect(banked(paid, { ...settling(9_000, "EUR"), paymentId: "2" } as BusinessEvent)).toBe("no-row");
    });
  });
});
