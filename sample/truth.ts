import { catalogue } from "./catalogue.ts";
import { type DayOptions, dayScenario, deliveryIds } from "./day.ts";
import { emptyLedger, type LedgerOfTruth, type PiecesMoved } from "./ledger-of-truth.ts";
import { openingPieces } from "./opening.ts";
import { locations } from "./retailer.ts";
import type { Ticket } from "./ticket.ts";
import { receiptNumber } from "./ticket.ts";
import { blindTicket, brokenTicket, tellingTickets } from "./ticket-scenarios.ts";
import { addStoreReturn, addTicket } from "./ticket-truth.ts";
import { mismatchedOrder, tellingOrders, unknownItemOrder } from "./web-scenarios.ts";
import { addWebOrder } from "./web-truth.ts";

/** What must stand open in the evening; its consequences may stand beside it (a payment that waits for a quarantined order). */
export interface ExpectedException {
  /** "#1023", a receipt number or the id of a delivery. */
  readonly about: string;
  readonly class: string;
  readonly code?: string;
}

/** A thing of the day that a reader wants to see the end of. */
export interface SampleStory {
  /** An order name, a receipt number, or the id of a delivery. */
  readonly about: string;
  readonly text: string;
}

export interface SampleTruth {
  /** What the day did to each entity's books, without the opening balances. */
  readonly ledger: LedgerOfTruth;
  /** Pieces in the evening: every item at every location. */
  readonly onHand: readonly { readonly item: string; readonly location: string; readonly pieces: number }[];
  readonly exceptions: readonly ExpectedException[];
  /** Deliveries that must not enter at all. */
  readonly rejected: readonly string[];
  /** Deliveries that are on record already. */
  readonly duplicates: readonly string[];
  /** Tickets of the readable files: posted, ignored (training), held. */
  readonly tickets: { readonly posted: number; readonly ignored: number; readonly held: number };
  readonly orders: { readonly posted: number; readonly held: number };
  readonly stories: readonly SampleStory[];
}

export interface TruthOptions extends DayOptions {
  /** Absent: all. The ledger and the pieces of these channels alone; exceptions, counts and stories stay those of the day. */
  readonly channels?: readonly ("web" | "stores")[];
}

/** The end of the day by the scenario's own arithmetic: from what was sold, shipped and refunded, and not from any posting. */
export function sampleTruth(options: TruthOptions = {}): SampleTruth {
  const { date, orders, tickets } = dayScenario(options);
  const { channels = ["web", "stores"] } = options;
  const ledger = emptyLedger();
  const moved: PiecesMoved = new Map();
  if (channels.includes("web")) for (const order of orders) if (order.number !== mismatchedOrder) addWebOrder(order, ledger, moved);
  const returned = (ticket: Ticket) =>
    orders.find(({ number }) => ticket.returnOf !== undefined && "name" in ticket.returnOf && ticket.returnOf.name === `#${number}`);
  for (const ticket of tickets) {
    const order = returned(ticket);
    // Goods of the web that came back to a store are told by both channels together.
    if (order === undefined) {
      if (channels.includes("stores")) addTicket(ticket, ledger, moved);
    } else if (channels.length === 2) addStoreReturn(ticket, order, ledger, moved);
  }
  const ignored = tickets.filter((ticket) => ticket.training === true).length;
  return {
    ledger: withoutZeros(ledger),
    onHand: Object.keys(locations).flatMap((location) =>
      catalogue.map(({ sku }) => ({ item: sku, location, pieces: openingPieces(location) + (moved.get(`${sku} ${location}`) ?? 0) })),
    ),
    exceptions: [
      { about: `#${mismatchedOrder}`, class: "money.amount-mismatch", code: "order-total" },
      { about: `#${unknownItemOrder}`, class: "data.unmapped", code: "item" },
      { about: receiptNumber(blindTicket, date), class: "policy.blind-return", code: "blind-limit" },
      {
        about: receiptNumber(brokenTicket, date),
        class: "money.amount-mismatch",
        code: "tenders-pay-total",
      },
      { about: deliveryIds.truncatedFile, class: "transport.parse", code: "malformed" },
      // Its tickets were to come in the truncated file.
      { about: `store-day:pos:0201:${date}`, class: "source.sequence-gap", code: "silent" },
    ],
    rejected: [deliveryIds.forgedWebhook],
    duplicates: [deliveryIds.duplicateWebhook, deliveryIds.duplicateBody, deliveryIds.duplicateFile],
    tickets: { posted: tickets.length - ignored - 1, ignored, held: 1 },
    orders: { posted: orders.length - 1, held: 1 },
    stories: [
      ...tellingOrders.map((order) => ({ about: `#${order.number}`, text: order.story ?? "" })),
      ...tellingTickets.map((ticket) => ({ about: receiptNumber(ticket, date), text: ticket.story ?? "" })),
      { about: deliveryIds.duplicateWebhook, text: "The same webhook twice: recorded once." },
      { about: deliveryIds.duplicateBody, text: "The same shipment under another webhook id: recorded once." },
      { about: deliveryIds.forgedWebhook, text: "A webhook with a bad signature: 401, and no trace but a metric." },
      { about: deliveryIds.truncatedFile, text: "A file that was cut off during its upload: kept, quarantined, none of it is taken in." },
      {
        about: deliveryIds.duplicateFile,
        text: "A store file with a held ticket again under another name: it is read once more, and nothing is taken in twice.",
      },
    ],
  };
}

/** A gateway or jurisdiction that comes back to zero stands in no trial balance. */
function withoutZeros(ledger: LedgerOfTruth): LedgerOfTruth {
  for (const truth of Object.values(ledger)) {
    for (const amounts of [
      truth.clearingByGateway,
      truth.clearingByAcquirer,
      truth.drawers,
      truth.safes,
      truth.taxPayable,
      truth.taxInAdvance,
    ]) {
      for (const [name, cents] of Object.entries(amounts)) {
        if (cents === 0) delete amounts[name];
      }
    }
  }
  return ledger;
}
