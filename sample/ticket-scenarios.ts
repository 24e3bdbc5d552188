import { catalogue } from "./catalogue.ts";
import { later } from "./local-time.ts";
import type { SeededChoice } from "./seeded-choice.ts";
import { priceTicket, type Ticket, type TicketLine, type TicketTender } from "./ticket.ts";
import type { RegisterNumbers } from "./till-steps.ts";
import { storeReturnOrder } from "./web-scenarios.ts";

const sale = (sku: string, pieces = 1): TicketLine => ({ kind: "sale", sku, pieces });
const back = (sku: string, restock: boolean, pieces = 1): TicketLine => ({ kind: "return", sku, pieces, restock });
const card = (brand: NonNullable<TicketTender["brand"]>): TicketTender => ({ type: "CreditDebit", brand });

/** The tickets that the day is told by: one per thing that goes differently. */
export const tellingTickets: readonly Ticket[] = [
  {
    store: "0101",
    register: "1",
    sequence: 1,
    time: "09:04",
    lines: [sale("KIT-KETTLE-15")],
    tenders: [{ type: "Cash", given: 8_000 }],
    story: "Cash with change.",
  },
  {
    store: "0101",
    register: "1",
    sequence: 2,
    time: "09:17",
    lines: [sale("TAB-CUTLERY-16"), sale("TEX-NAPKIN-4")],
    tenders: [{ type: "GiftCard", amount: 2_500 }, card("American Express")],
    story: "Split tender: a gift card of 25.00 and American Express.",
  },
  {
    store: "0101",
    register: "1",
    sequence: 3,
    time: "09:40",
    lines: [{ ...sale("LIG-LAMP-DESK"), discount: { amount: 2_235, promotion: "DISPLAY-PIECE" } }, sale("LIG-BULB-E27", 2)],
    tenders: [card("Visa")],
    story: "A display piece with 15 % off its line.",
  },
  {
    store: "0101",
    register: "1",
    sequence: 4,
    time: "10:22",
    lines: [sale("GAR-PLANTER-30", 3)],
    tenders: [{ type: "Check" }],
    story: "Paid by check.",
  },
  {
    store: "0101",
    register: "2",
    sequence: 5,
    time: "11:48",
    lines: [back("KIT-KETTLE-15", true)],
    tenders: [{ type: "Cash" }],
    returnOf: { register: "1", sequence: 1 },
    story: "The kettle of ticket 1 comes back for cash and goes on the shelf again.",
  },
  {
    store: "0101",
    register: "2",
    sequence: 6,
    time: "12:31",
    lines: [sale("TEX-THROW-WOOL")],
    tenders: [card("Mastercard")],
    shortCents: 2_000,
    story: "A broken ticket: its tenders are 20.00 short. It is held, the rest of the file goes on.",
  },
  {
    store: "0101",
    register: "2",
    sequence: 7,
    time: "13:02",
    lines: [sale("LIG-LAMP-FLOOR", 2)],
    tenders: [card("Visa")],
    training: true,
    story: "A cashier practises: no sale.",
  },
  {
    store: "0101",
    register: "1",
    sequence: 8,
    time: "17:20",
    lines: [{ ...back("LIG-LAMP-FLOOR", true), originalTax: 1_431 }],
    tenders: [card("Visa")],
    returnOf: { name: `#${storeReturnOrder}` },
    story: "The lamp of a web order, which Austin had sent, comes back to a third store: found by the order's name.",
  },
  {
    store: "0201",
    register: "1",
    sequence: 1,
    time: "10:11",
    lines: [sale("KIT-SKILLET-26"), sale("KIT-GRINDER")],
    tenders: [{ type: "Cash", given: 10_000 }],
    story: "Cash with change, which this till writes as a refund tender.",
  },
  {
    store: "0201",
    register: "1",
    sequence: 2,
    time: "12:55",
    lines: [back("TAB-CARAFE-1", false), sale("KIT-BOARD-OAK")],
    tenders: [card("Visa")],
    story: "An exchange: a cracked carafe is written off, the customer pays the difference for a cutting board.",
  },
  {
    store: "0201",
    register: "2",
    sequence: 3,
    time: "15:20",
    lines: [back("TEX-CUSHION-45", true, 2)],
    tenders: [card("Visa")],
    story: "Two cushions come back without a receipt, for more than the rule gives: booked, and told.",
  },
  {
    store: "0201",
    register: "2",
    sequence: 4,
    time: "22:56",
    lines: [sale("LIG-LANTERN-M"), sale("LIG-CANDLE-SOY", 2)],
    tenders: [{ type: "Cash", amount: 5_000 }, card("Visa")],
    story: "Late in the evening and split: in UTC it is already tomorrow.",
  },
  {
    store: "0201",
    register: "1",
    sequence: 5,
    time: "18:40",
    lines: [{ ...back("TAB-MUG-35", true), originalTax: 81 }],
    tenders: [card("Visa")],
    returnOf: { name: `#${storeReturnOrder}` },
    story: "A mug of the same order comes back to US2: US1 owes it the refund, and US2 buys the mug at cost.",
  },
  {
    store: "0301",
    register: "1",
    sequence: 1,
    time: "09:30",
    lines: [sale("TAB-MUG-35")],
    tenders: [{ type: "Cash", given: 2_000 }],
    story: "Cash in Canada: 19.20 is paid as it is.",
  },
  {
    store: "0301",
    register: "1",
    sequence: 2,
    time: "10:05",
    lines: [sale("LIG-CANDLE-SOY", 2)],
    tenders: [{ type: "Cash", given: 10_000 }],
    story: "Cash in Canada, rounded down: 60.91 becomes 60.90.",
  },
  {
    store: "0301",
    register: "1",
    sequence: 3,
    time: "11:40",
    lines: [sale("GAR-SEEDS-HERB")],
    tenders: [{ type: "Cash" }],
    story: "Cash in Canada, rounded up: 22.54 becomes 22.55.",
  },
  {
    store: "0301",
    register: "1",
    sequence: 4,
    time: "13:25",
    lines: [{ ...sale("TEX-APRON", 2), discount: { amount: 1_199, promotion: "TWO-APRONS" } }],
    tenders: [card("Interac")],
    story: "A discount on a line of two aprons.",
  },
  {
    store: "0301",
    register: "1",
    sequence: 5,
    time: "16:45",
    lines: [back("GAR-SEEDS-HERB", true)],
    tenders: [{ type: "Cash" }],
    returnOf: { register: "1", sequence: 3 },
    story: "The herb seeds come back for cash: the refund is rounded as the sale was.",
  },
];

/** Gives back more than is given without a receipt. */
export const blindTicket = { store: "0201", register: "2", sequence: 3 } as const;
/** The ticket that is held. */
export const brokenTicket = { store: "0101", register: "2", sequence: 6 } as const;

/** The plain tickets of a store, under the numbers that its registers have next: one to four lines, cash or card. */
export function plainTickets(
  choice: SeededChoice,
  store: string,
  registers: readonly string[],
  count: number,
  from: string,
  numbers: RegisterNumbers,
): readonly Ticket[] {
  const canadian = store === "0301";
  return Array.from({ length: count }, (_, index): Ticket => {
    const skus = new Set<string>();
    const lineCount = 1 + choice.below(4);
    while (skus.size < lineCount) skus.add(choice.from(catalogue).sku);
    const lines = [...skus].map((sku) => sale(sku, choice.chance(25) ? 2 : 1));
    const register = registers[index % registers.length] as string;
    const base = {
      store,
      register,
      sequence: numbers.take(store, register),
      time: later(from, index * 1_080 + choice.below(900)),
      lines,
    };
    if (choice.chance(60))
      return { ...base, tenders: [card(choice.from(canadian ? ["Interac", "Visa"] : ["Visa", "Mastercard", "American Express"]))] };
    const { total, cashRounding } = priceTicket({ ...base, tenders: [{ type: "Cash" }] });
    const owed = total + cashRounding;
    const given = choice.chance(70) ? Math.ceil(owed / 2_000) * 2_000 : owed;
    return { ...base, tenders: [{ type: "Cash", given }] };
  });
}
