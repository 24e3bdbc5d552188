import type { PosFileDelivery, SampleDelivery, WebhookDelivery } from "./deliveries.ts";
import { instantOf, localTimestamp } from "./local-time.ts";
import { type PoslogContent, type PoslogDialect, poslogFile } from "./poslog-files.ts";
import { defaultDate, shopTimeZone, stores } from "./retailer.ts";
import { SeededChoice } from "./seeded-choice.ts";
import type { Ticket } from "./ticket.ts";
import { plainTickets, tellingTickets } from "./ticket-scenarios.ts";
import { RegisterNumbers, type TillStep, tillSteps } from "./till-steps.ts";
import { playWebOrder, type TimedWebhook, webhook } from "./web-deliveries.ts";
import type { WebOrder } from "./web-order.ts";
import {
  mismatchCents,
  mismatchedOrder,
  plainOrders,
  refundBeforeShipmentOrder,
  reversedArrivalOrder,
  tellingOrders,
} from "./web-scenarios.ts";

export interface DayOptions {
  /** YYYY-MM-DD; the calendar of shop and stores. */
  readonly date?: string;
  readonly seed?: number;
  /** False: only the orders and tickets that the day is told by, without the plain ones. */
  readonly plain?: boolean;
}

/** What happened on the day, before anybody tells it: the truth and the deliveries are both made from this. */
export interface DayScenario {
  readonly date: string;
  readonly orders: readonly WebOrder[];
  /** Of the readable files; the truncated file's are apart, because nothing of it counts. */
  readonly tickets: readonly Ticket[];
  readonly lostTickets: readonly Ticket[];
  /** What the tills whose tickets arrive did beside them. */
  readonly tills: readonly TillStep[];
}

const plainOrderCount = 26;
const defaultSeed = 20_261_127;

export function dayScenario({ date = defaultDate, seed = defaultSeed, plain = true }: DayOptions): DayScenario {
  // Each part draws from its own stream of choices, so that a change of one does not reshuffle the others.
  const numbers = new RegisterNumbers();
  const ticketsOf = (store: string, registers: readonly string[], count: number, from: string, part: number) => [
    ...tellingTickets.filter((ticket) => ticket.store === store),
    ...plainTickets(new SeededChoice(seed + part), store, registers, plain ? count : 0, from, numbers),
  ];
  const tickets = [
    ...ticketsOf("0101", ["1", "2"], 22, "09:10:00", 1),
    ...ticketsOf("0201", ["1", "2"], 20, "09:20:00", 2),
    ...ticketsOf("0301", ["1"], 16, "10:00:00", 3),
  ];
  return {
    date,
    orders: [...tellingOrders, ...plainOrders(new SeededChoice(seed), plain ? plainOrderCount : 0)],
    tickets,
    lostTickets: plainTickets(new SeededChoice(seed + 4), "0201", ["3"], 5, "18:00:00", numbers),
    tills: tillSteps(tickets, date, numbers),
  };
}

/** The deliveries that a story is told about. */
export const deliveryIds = {
  duplicateWebhook: "1001 orders/create 1 again",
  duplicateBody: "1002 fulfillments/create 1 by another subscription",
  forgedWebhook: "forged orders/create",
  truncatedFile: "POSLog 0201 register 3, truncated",
  duplicateFile: "POSLog 0101 again under another name",
} as const;

/**
 * Everything that arrives on the day, in the order in which it arrives: webhooks of the shop and files of the stores. The same options
 * give the same bytes.
 */
export function sampleDay(options: DayOptions = {}): readonly SampleDelivery[] {
  return timedDay(options).map(({ delivery }) => delivery);
}

/** The same with the instants at which each delivery is sent. */
export function timedDay(options: DayOptions = {}): readonly TimedDelivery[] {
  const scenario = dayScenario(options);
  const choice = new SeededChoice((options.seed ?? defaultSeed) + 100);
  const timed = [...webhooksOf(scenario, choice), ...filesOf(scenario)];
  // Array sort is stable: deliveries of one second stay in the order in which they were made.
  return timed.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

export interface TimedDelivery {
  /** An instant, such as 2026-11-27T11:02:00Z. */
  readonly at: string;
  readonly delivery: SampleDelivery;
}

function webhooksOf({ orders, date }: DayScenario, choice: SeededChoice): readonly TimedDelivery[] {
  const byNumber = new Map<number, readonly TimedWebhook[]>();
  for (const order of orders) {
    const errorCents = order.number === mismatchedOrder ? mismatchCents : 0;
    byNumber.set(order.number, playWebOrder(order, date, choice, errorCents));
  }
  const sent = [...byNumber].flatMap(([number, webhooks]) => {
    if (number === reversedArrivalOrder) return reversed(webhooks);
    if (number === refundBeforeShipmentOrder) return shipmentLast(webhooks);
    return webhooks;
  });
  const find = (id: string): WebhookDelivery => {
    const found = sent.find(({ delivery }) => delivery.id === id);
    if (found === undefined) throw new RangeError(`no delivery is called ${id}`);
    return found.delivery;
  };
  const at = (time: string) => instantOf(localTimestamp(date, time, shopTimeZone));
  const plain = find("1001 orders/create 1");
  const shipment = find("1002 fulfillments/create 1");
  const forged = webhook(deliveryIds.forgedWebhook, "orders/create", forgedBody(find("1009 orders/create 1").body), at("12:34:56"), choice);
  return [
    ...sent,
    { at: at("06:02:01"), delivery: { ...plain, id: deliveryIds.duplicateWebhook } },
    {
      at: at("18:45"),
      delivery: { ...shipment, id: deliveryIds.duplicateBody, headers: { ...shipment.headers, "X-Shopify-Webhook-Id": choice.uuid() } },
    },
    { at: at("12:34:56"), delivery: { ...forged, signature: "forged" } },
  ];
}

/** Last sent, first received; all of it when the last one is sent. */
function reversed(webhooks: readonly TimedWebhook[]): readonly TimedWebhook[] {
  const at = webhooks.at(-1)?.at ?? "";
  return [...webhooks].reverse().map(({ delivery }) => ({ at, delivery }));
}

/** The shipment is delivered after everything else of its order, as when the shop tries again for hours. */
function shipmentLast(webhooks: readonly TimedWebhook[]): readonly TimedWebhook[] {
  const at = webhooks.at(-1)?.at ?? "";
  const shipments = webhooks.filter(({ delivery }) => delivery.topic.startsWith("fulfillments/"));
  return [...webhooks.filter((each) => !shipments.includes(each)), ...shipments.map(({ delivery }) => ({ at, delivery }))];
}

/** An order that the shop never had: somebody changed the number and the id of one that they saw. */
function forgedBody(body: Uint8Array): Uint8Array {
  return new TextEncoder().encode(new TextDecoder().decode(body).replaceAll("#1009", "#9999").replaceAll("6120000001009", "6120000009999"));
}

function filesOf({ tickets, lostTickets, tills, date }: DayScenario): readonly TimedDelivery[] {
  const compact = date.replaceAll("-", "");
  const nested: PoslogDialect = { version: "6.0", change: "nested", controlTotals: true };
  const refunded: PoslogDialect = { version: "6.0", change: "refund-tender", controlTotals: true };
  const signed: PoslogDialect = { version: "2.2", change: "negative-tender", controlTotals: false };
  const file = (id: string, name: string, of: PoslogContent, dialect: PoslogDialect, batch: string): PosFileDelivery => ({
    kind: "pos-file",
    id,
    name,
    bytes: new TextEncoder().encode(poslogFile(of, date, dialect, batch)),
  });
  const ofStore = (store: string) => ({
    tickets: tickets.filter((ticket) => ticket.store === store),
    tills: tills.filter((step) => step.store === store),
  });
  const boston = file("POSLog 0101", `POSLOG_0101_${compact}.xml`, ofStore("0101"), nested, `0101-${compact}`);
  const austin = file("POSLog 0201", `POSLOG_0201_${compact}.xml`, ofStore("0201"), refunded, `0201-${compact}`);
  const toronto = file("POSLog 0301", `0301-${compact}-tlog.xml`, ofStore("0301"), signed, `0301-${compact}`);
  const third = file(
    deliveryIds.truncatedFile,
    `POSLOG_0201_R3_${compact}.xml`,
    { tickets: lostTickets, tills: [] },
    refunded,
    `0201-R3-${compact}`,
  );
  const at = (store: string, time: string) => instantOf(localTimestamp(date, time, stores[store]?.timeZone ?? shopTimeZone));
  return [
    { at: at("0101", "21:15"), delivery: boston },
    { at: at("0301", "21:40"), delivery: toronto },
    { at: at("0201", "23:20"), delivery: austin },
    { at: at("0201", "23:25"), delivery: { ...third, bytes: cut(third.bytes) } },
    { at: at("0201", "23:30"), delivery: { ...boston, id: deliveryIds.duplicateFile, name: `resend-POSLOG_0101_${compact}.xml` } },
  ];
}

/** Two thirds of a file: the line was lost during the upload. */
function cut(bytes: Uint8Array): Uint8Array {
  return bytes.slice(0, Math.floor((bytes.byteLength * 2) / 3));
}
