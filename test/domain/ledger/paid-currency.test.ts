import { describe, expect, test } from "vitest";
import type { BusinessEvent } from "#domain/events";
import { targetLedger } from "#domain/ledger";
import type { Policy } from "#domain/policy";
import { goldenPolicy } from "../../golden/golden-policy.ts";
import type { Scenario } from "../../golden/scenario.ts";
import { eventsOf } from "../../golden/scenario-events.ts";

const eventsAs = (events: unknown[]): BusinessEvent[] => eventsOf({ currency: "USD", shop: "us.example", events } as unknown as Scenario);
const line = { item: "SHIRT", kind: "goods", pieces: 1, gross: "100.00", discounts: {}, tax: { IL: "10.00" } };
const nothing = { tip: "0", duties: "0", fees: "0", cashRounding: "0", taxesIncluded: false, onTerms: false };
const order = { at: "10:00", order: { lines: { L1: line }, ...nothing, presented: "100.00 EUR" } };
const paid = (id: string, given: object) => ({ at: "10:01", capture: id, with: "shopify_payments", manual: false, ...given });

/** "Dr role currency amount" of every line, by "<event> <kind>". */
function linesOf(events: readonly BusinessEvent[], policy: Policy = goldenPolicy) {
  const { documents, problems } = targetLedger(events, policy, "sale:shopify:us.example:1");
  const journals = documents.flatMap((document) =>
    document.type === "journal"
      ? document.lines.map(({ role, dimensions, amount }) => `${document.kind} ${role} ${dimensions.currency ?? ""} ${amount}`)
      : [],
  );
  return { journals, problems: problems.map(({ class: name, code }) => `${name}/${code}`) };
}

describe("the clearing account of a payment in the customer's currency", () => {
  const settling = (...accounts: readonly (readonly string[])[]): Policy => ({
    ...goldenPolicy,
    gatewayAccounts: Object.fromEntries(
      accounts.map((currencies, index) => [
        `account-${index}`,
        {
          entity: "us",
          name: "PayPal",
          source: "paypal",
          clearing: { role: "payment-clearing" as const, gateway: "paypal" },
          bankAccount: "operating",
          lagDays: 3,
          currencies,
          why: "test",
        },
      ]),
    ),
  });
  const events = eventsAs([order, paid("P1", { with: "paypal", amount: "110.00", foreign: "100.00 EUR" })]);
  const clearing = (policy: Policy) => linesOf(events, policy).journals.filter((each) => each.includes("clearing"));

  test("is the order's where the gateway turns the money into it, or nobody says what it settles", () => {
    expect(clearing(goldenPolicy)).toEqual(["capture payment-clearing USD 11000"]);
    expect(clearing(settling(["USD"]))).toEqual(["capture payment-clearing USD 11000"]);
    expect(clearing(settling(["EUR", "USD"]))).toEqual(["capture payment-clearing USD 11000"]);
    expect(clearing(settling(["GBP"]))).toEqual(["capture payment-clearing USD 11000"]);
  });

  test("is the customer's where the gateway settles that and not the order's", () => {
    expect(clearing(settling(["EUR"], ["GBP"]))).toEqual(["capture payment-clearing EUR 11000"]);
  });

  test("foreign cash is in the drawer of its own currency", () => {
    const cash = eventsAs([order, paid("P1", { with: "cash", amount: "110.00", foreign: "100.00 EUR" })]);
    expect(linesOf(cash).journals).toContain("capture cash-drawer EUR 11000");
  });
});

describe("a payment that is stated in the customer's currency alone", () => {
  test("above the total counts at the same rate, and the rest is named", () => {
    const tooMuch = eventsAs([order, paid("P1", { amount: "100.00", in: "EUR" }), paid("P2", { amount: "25.00", in: "EUR" })]);
    const { problems } = linesOf(tooMuch);
    expect(problems).toEqual(["money.amount-mismatch/over-capture"]);
    const { problems: found } = targetLedger(tooMuch, goldenPolicy, "sale:shopify:us.example:1");
    expect(found[0]).toMatchObject({ amount: 2_750, currency: "USD" });
  });

  test("given back in two parts, the two come to what it counted for", () => {
    const back = (id: string, amount: string) => ({
      at: "28 10:01",
      refunded: id,
      of: "P1",
      status: "success",
      version: "1",
      with: "shopify_payments",
      manual: false,
      amount,
      in: "EUR",
    });
    const refund = {
      at: "28 10:00",
      refund: "R1",
      lines: {
        L1: { pieces: 1, subtotal: "100.00", tax: { IL: "10.00" }, restock: "cancel" },
      },
      duties: "0",
      fees: "0",
      money: {
        P2: { amount: "33.33", in: "EUR", with: "shopify_payments", status: "success" },
        P3: { amount: "66.67", in: "EUR", with: "shopify_payments", status: "success" },
      },
      version: "1",
    };
    const { journals, problems } = linesOf(
      eventsAs([order, paid("P1", { amount: "100.00", in: "EUR" }), refund, back("P2", "33.33"), back("P3", "66.67")]),
    );
    expect(problems).toEqual([]);
    expect(journals.filter((each) => each.includes("clearing"))).toEqual([
      "capture payment-clearing USD 11000",
      "refund-settlement payment-clearing USD -3666",
      "refund-settlement payment-clearing USD -7334",
    ]);
  });
});

describe("a refund whose money the channel states in a third currency", () => {
  const sale = [order, paid("P1", { amount: "110.00" })];
  const refund = (more: object = {}) => ({
    at: "28 10:00",
    refund: "R1",
    lines: { L1: { pieces: 1, subtotal: "100.00", tax: { IL: "10.00" }, restock: "cancel" } },
    duties: "0",
    fees: "0",
    money: { P2: { amount: "97.00", in: "EUR", with: "shopify_payments", status: "success" } },
    version: "1",
    ...more,
  });
  const back = (amount: string, currency: string) => ({
    at: "28 10:01",
    refunded: "P2",
    of: "P1",
    status: "success",
    version: "1",
    with: "shopify_payments",
    manual: false,
    amount,
    in: currency,
  });
  const rate = (to: string) =>
    ({
      name: "rate.fixed",
      schema: 1,
      key: `rate.fixed:EUR-${to}`,
      version: "1",
      occurredAt: "2026-11-28T00:00:00.000Z",
      from: "EUR",
      to,
      day: "2026-11-28",
      rate: "1.12",
      publishedOn: "2026-11-28",
      source: "test",
    }) as const;
  // The customer saw euros in the orders above; here pounds, so that euros are a third currency.
  const inPounds = { ...order, order: { ...order.order, presented: "85.00 GBP" } };
  const facts = (...events: unknown[]) => [...eventsAs([inPounds, ...sale.slice(1), ...events]), rate("USD")];

  test("goes out in that currency, and what it is worth beyond the goods is exchange", () => {
    expect(linesOf(facts(refund(), back("97.00", "EUR")))).toEqual({
      journals: [
        "capture payment-clearing USD 11000",
        "capture deferred-revenue USD -10000",
        "capture tax-collected-in-advance  -1000",
        "refund deferred-revenue USD 10000",
        "refund tax-collected-in-advance  1000",
        "refund currency-conversion USD -11000",
        "refund-paid currency-conversion EUR 9700",
        "refund-paid refund-payable EUR -9700",
        "refund-paid fx-realised EUR 0",
        "refund-settlement refund-payable EUR 9700",
        "refund-settlement payment-clearing EUR -9700",
      ],
      problems: [],
    });
  });

  test("waits for its rate by name, and stops neither the sale nor what came before", () => {
    const { journals, problems } = linesOf(eventsAs([inPounds, ...sale.slice(1), refund(), back("97.00", "EUR")]));
    expect(journals).toHaveLength(3);
    expect(problems).toEqual(["money.fx-rate-missing/EUR:USD"]);
  });

  test("is compared with its payment in the currency in which both are stated", () => {
    const { documents, problems } = targetLedger(facts(refund(), back("96.00", "EUR")), goldenPolicy, "sale:shopify:us.example:1");
    expect(problems).toMatchObject([{ class: "money.amount-mismatch", code: "refund-payment", amount: 100, currency: "EUR" }]);
    expect(documents.map(({ kind }) => kind)).toEqual(["capture", "refund", "refund-paid"]);
  });

  test("a payment that came before its refund waits for it alone", () => {
    const { journals, problems } = linesOf(facts(back("97.00", "EUR")));
    expect(journals).toHaveLength(3);
    expect(problems).toEqual(["sequence.parent-missing/refund"]);
  });

  test("a payment in another currency than its refund says is a contradiction", () => {
    expect(linesOf(facts(refund(), back("97.00", "CHF"))).problems).toEqual(["money.currency-mismatch/order-currency"]);
    const inDollars = { P2: { amount: "110.00", with: "shopify_payments", status: "success" } };
    expect(linesOf(facts(refund({ money: inDollars }), back("97.00", "EUR"))).problems).toEqual(["money.currency-mismatch/order-currency"]);
  });

  test("two of its payments share the value, and one that failed has no part in it", () => {
    const euros = (amount: string, status: string) => ({ amount, in: "EUR", with: "shopify_payments", status });
    const money = { P2: euros("48.00", "success"), P3: euros("49.00", "pending"), P4: euros("97.00", "failed") };
    const { journals, problems } = linesOf(facts(refund({ money }), back("48.00", "EUR")));
    expect(problems).toEqual([]);
    expect(journals.filter((each) => each.startsWith("refund"))).toEqual([
      "refund deferred-revenue USD 10000",
      "refund tax-collected-in-advance  1000",
      "refund currency-conversion USD -11000",
      "refund-paid currency-conversion EUR 9700",
      "refund-paid refund-payable EUR -9700",
      "refund-paid fx-realised EUR 0",
      "refund-settlement refund-payable EUR 4800",
      "refund-settlement payment-clearing EUR -4800",
    ]);
  });

  test("value that is in another currency than its order stops the order", () => {
    const [refunded] = eventsAs([refund()]);
    expect(linesOf([...facts(), { ...refunded, currency: "EUR" } as BusinessEvent]).problems).toEqual([
      "money.currency-mismatch/order-currency",
    ]);
  });
});
