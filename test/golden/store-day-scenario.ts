import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import type { BusinessEvent, EventOf } from "#domain/events";
import { storeDayTransaction } from "#domain/identity";
import { formatMinorUnits, parseMinorUnits } from "#domain/money";
import type { Policy } from "#domain/policy";
import { foldPlans } from "#domain/posting";
import { goldenPolicy } from "./golden-policy.ts";
import { fact, ticketContent, timePattern } from "./scenario.ts";
import { eventsOf, instant } from "./scenario-events.ts";
import type { StreamsHub } from "./streams-hub.ts";

/*
 * A golden scenario of several transactions and the summaries that they go into. Facts are in the order in which they arrive; README.md beside
 * this file says how to read one.
 */

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const at = z.string().regex(/^\d\d:\d\d$/);
const grain = z.array(
  z.strictObject({ channel: z.enum(["pos", "shopify"]), grain: z.enum(["transaction", "store-day", "hour", "payout"]), from: day }),
);
const timeOfFact = z.string().regex(timePattern);
const lines = z.array(z.string().regex(/^(Dr|Cr) /));

const scenario = z.strictObject({
  rows: z.array(z.string().regex(/^c\d+$/)).min(1),
  story: z.string().min(10),
  grain,
  facts: z.array(
    z.union([
      z.strictObject({
        at,
        day: day.default("2026-11-27"),
        number: z.string(),
        version: z.string().default("1"),
        ticket: ticketContent,
      }),
      z.strictObject({ at, day: day.default("2026-11-27"), audit: z.string() }),
      z.strictObject({ at, day: day.default("2026-11-27"), reopen: z.string() }),
      /** A release of the policies with another grain. */
      z.strictObject({ at: timeOfFact, grain }),
      /** All windows end, or those that do by an instant. */
      z.strictObject({ at: timeOfFact, endWindows: z.union([z.literal(true), z.iso.datetime()]) }),
      /** A row of the gateway's settlement settles a payment of the order. */
      z.strictObject({
        at: timeOfFact,
        sale: z.string().default("1"),
        settle: z.string(),
        amount: z.string(),
        payout: z.string(),
        version: z.string().default("1"),
      }),
      /** Of another order than the first. */
      z.strictObject({ sale: z.string(), fact }),
      fact,
    ]),
  ),
  /** Live journals by "<ticket> <kind>" or "<store or window> <kind>", with " in <entity>" where that is not us. */
  journals: z.record(z.string(), lines),
  /** What each summary sums up (+) or takes out again (-). */
  contributions: z.record(z.string(), z.array(z.string().regex(/^[+-]/))),
  /** Every live movement of goods. */
  stock: z.array(z.string()),
});

export type StoreDayScenario = z.infer<typeof scenario> & { readonly name: string };
type StoreDayFact = StoreDayScenario["facts"][number];

const folder = join(import.meta.dirname, "store-days");
const orderNumbered = (number: string) => `sale:shopify:us.example:${number}`;
/** The gateway account that the payments of the shop are paid out of. */
const gatewayAccounts: NonNullable<Policy["gatewayAccounts"]> = {
  sp: {
    entity: "us",
    name: "Shopify Payments",
    source: "shopify-payments",
    clearing: { role: "payment-clearing", gateway: "shopify_payments" },
    bankAccount: "operating",
    lagDays: 3,
    why: "golden scenarios",
  },
};

export function readStoreDays(): StoreDayScenario[] {
  return readdirSync(folder)
    .sort()
    .map((file) => ({ ...scenario.parse(JSON.parse(readFileSync(join(folder, file), "utf8"))), name: file.replace(/\.json$/, "") }));
}

/** The golden retailer under a grain. */
export function policyWith(rules: StoreDayScenario["grain"], release = 1): Policy {
  const always = { why: "golden scenarios", layer: 0 };
  const elections = rules.map(({ channel, grain, from }) => ({
    election: "postingGrain" as const,
    value: grain,
    when: { channel },
    from,
    ...always,
  }));
  return { ...goldenPolicy, release, version: `golden-${release}`, elections: [...goldenPolicy.elections, ...elections], gatewayAccounts };
}

/** Has a fact happen: at its time, or now when it comes late. */
export function happen(hub: StreamsHub, given: StoreDayFact): void {
  hub.goOnTo(instantOf(given));
  if ("grain" in given) hub.release(policyWith(given.grain, hub.policy.release + 1));
  else if ("endWindows" in given) hub.endWindows(...(given.endWindows === true ? [] : [given.endWindows]));
  else hub.arrive(...arrivalOf(given));
}

function instantOf(given: StoreDayFact): string {
  if ("fact" in given) return instant(given.fact.at);
  return "day" in given ? `${given.day}T${given.at}:00.000Z` : instant(given.at);
}

/** The transaction and the event of a fact. */
function arrivalOf(given: Exclude<StoreDayFact, { grain: unknown } | { endWindows: unknown }>): readonly [string, BusinessEvent] {
  if ("audit" in given) return [storeDayTransaction(given.audit, given.day), statement("store-day.audited", given.audit, given)];
  if ("reopen" in given) return [storeDayTransaction(given.reopen, given.day), statement("store-day.reopened", given.reopen, given)];
  if ("number" in given) {
    const { number, version, day: businessDate, at: time, ticket } = given;
    const [event] = eventsOf({ ...nothing, events: [{ at: time, ticket }] });
    const occurredAt = `${businessDate}T${time}:00.000Z`;
    const completed = { ...(event as EventOf<"ticket.completed">), sequence: number, businessDate, version, occurredAt };
    return [`sale:pos:${ticket.store}:1:${businessDate}:${number}`, completed];
  }
  if ("settle" in given) return [orderNumbered(given.sale), settled(given)];
  if ("fact" in given) return [orderNumbered(given.sale), eventsOf({ ...nothing, events: [given.fact] })[0]!];
  return [orderNumbered("1"), eventsOf({ ...nothing, events: [given] })[0]!];
}

function settled({ at: time, settle, amount, payout, version }: Extract<StoreDayFact, { settle: unknown }>): EventOf<"payment.settled"> {
  return {
    name: "payment.settled",
    schema: 1,
    key: `payment.settled:${settle}`,
    version,
    occurredAt: instant(time),
    settlement: `settlement-row:shopify-payments:sp:${settle}`,
    paymentId: settle,
    amount: parseMinorUnits(amount, "USD"),
    fee: 0,
    currency: "USD",
    ...(payout === "" ? {} : { payoutId: payout }),
    way: "payment",
    confidence: 100,
  };
}

const nothing = {
  of: "sale" as const,
  name: "",
  rows: [],
  story: "",
  currency: "USD",
  shop: "us.example",
  events: [],
  journals: {},
  stock: {},
  open: [],
};

function statement(
  name: "store-day.audited" | "store-day.reopened",
  store: string,
  { at: time, day: businessDate }: { at: string; day: string },
) {
  const occurredAt = `${businessDate}T${time}:00.000Z`;
  return {
    name,
    schema: 1,
    key: `${name}:${time.replace(":", "")}`,
    version: occurredAt,
    occurredAt,
    store,
    businessDate,
    by: "Dana Reyes",
    reason: "complete",
  } as const;
}

/** What stands in the ERPs over all transactions, written as a scenario writes it. */
export function ledgerOfStreams(hub: StreamsHub): Pick<StoreDayScenario, "journals" | "contributions" | "stock"> {
  const journals: Record<string, string[]> = {};
  const contributions: Record<string, string[]> = {};
  const stock: string[] = [];
  for (const document of liveOf(hub)) {
    // A payout gathers many days: on which of them it posts is said.
    const on = document.key.includes(":payout-") ? ` on ${document.businessDate}` : "";
    const name = `${nameOf(document.key)}${on}${document.entity === "us" ? "" : ` in ${document.entity}`}`;
    if (document.type === "stock") {
      stock.push(...document.movements.map(({ item, quantityMillionths }) => `${quantityMillionths / 1_000_000} ${item}`));
      continue;
    }
    journals[name] = document.lines.map(({ role, dimensions, amount }) => lineText(role, dimensions, amount, document.currency)).sort();
    if (document.contributions !== undefined)
      contributions[name] = document.contributions.map(({ document: of, sign }) => `${sign > 0 ? "+" : "-"}${nameOf(of)}`).sort();
  }
  return { journals, contributions, stock: stock.sort() };
}

export function liveOf(hub: StreamsHub) {
  return hub.transactions.flatMap((transaction) =>
    [...hub.view(transaction).chains.values()].flatMap(({ plans, outcomes }) =>
      [...foldPlans(plans, outcomes).live.values()].map(({ document }) => document),
    ),
  );
}

/** A scenario's own expectation in the same order. */
export function expectedStoreDay({ journals, contributions, stock }: StoreDayScenario) {
  const sorted = (by: Record<string, string[]>) => Object.fromEntries(Object.entries(by).map(([name, each]) => [name, [...each].sort()]));
  return { journals: sorted(journals), contributions: sorted(contributions), stock: [...stock].sort() };
}

/** "sale:pos:0001:1:2026-11-27:11/…/ticket/us/USD" is "11 ticket", "store-day:pos:0001:…/summary-1/…" is "0001 summary-1". */
function nameOf(key: string): string {
  const [transaction = "", event = "", kind = ""] = key.split("/");
  const parts = transaction.split(":");
  if (parts[0] === "window") return `${parts[2]} ${parts[3]} ${kind}`;
  if (parts[0] === "store-day") return `${parts[2]} ${kind}`;
  return `${parts[1] === "pos" ? parts[5] : event.split(":")[1]} ${kind}`;
}

function lineText(role: string, dimensions: Readonly<Record<string, string>>, amount: number, currency: string): string {
  const values = Object.entries(dimensions).flatMap(([name, value]) => (name === "currency" ? [] : [value]));
  return [amount > 0 ? "Dr" : "Cr", role, ...values, formatMinorUnits(Math.abs(amount), currency)].join(" ");
}
