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
