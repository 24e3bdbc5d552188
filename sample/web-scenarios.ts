import { catalogue, catalogueItem } from "./catalogue.ts";
import { later } from "./local-time.ts";
import { percentageOf } from "./percentage.ts";
import { type DestinationId, destinations } from "./retailer.ts";
import type { SeededChoice } from "./seeded-choice.ts";
import type { WebOrder, WebStep } from "./web-order.ts";

const line = (sku: string, pieces = 1) => ({ sku, pieces });
const dc = "dc-columbus";
const boston = "store-boston";

/** The orders that the day is told by: one per thing that goes differently. */
/** Whose goods come back to two stores. */
export const storeReturnOrder = 1104;

export const tellingOrders: readonly WebOrder[] = [
  {
    number: 1001,
    at: "06:02",
    to: "boston",
    lines: [line("KIT-KETTLE-15")],
    shipping: 795,
    gateway: "shopify_payments",
    steps: [
      { kind: "capture", at: "06:02" },
      { kind: "ship", at: "10:15", from: dc },
    ],
    story: "A plain order: paid, then shipped.",
  },
  {
    number: 1002,
    at: "06:20",
    to: "boston",
    lines: [line("TEX-THROW-WOOL"), line("LIG-CANDLE-SOY", 2), line("TAB-CARAFE-1")],
    shipping: 0,
    gateway: "shopify_payments",
    steps: [
      { kind: "authorize", at: "06:20" },
      {
        kind: "ship",
        at: "10:40",
        from: dc,
        lines: [
          [0, 1],
          [2, 1],
        ],
      },
      { kind: "capture", at: "10:41" },
      { kind: "ship", at: "13:05", from: boston, lines: [[1, 2]] },
    ],
    story: "Ships in two parts: the throw and the carafe from the distribution centre, the candles from the Boston store.",
  },
  {
    number: 1003,
    at: "06:48",
    to: "columbus",
    lines: [line("KIT-SKILLET-26"), line("KIT-BOARD-OAK")],
    shipping: 795,
    gateway: "Cash on Delivery (COD)",
    steps: [
      { kind: "ship", at: "11:00", from: dc },
      { kind: "capture", at: "19:30" },
    ],
    story: "Cash on delivery: shipped first, collected in the evening.",
  },
  {
    number: 1004,
    at: "07:05",
    to: "austin",
    lines: [line("LIG-LAMP-DESK")],
    shipping: 0,
    gateway: "Cash on Delivery (COD)",
    steps: [{ kind: "ship", at: "11:20", from: dc }],
    story: "Cash on delivery: shipped, the money is still out.",
  },
  {
    number: 1005,
    at: "07:30",
    to: "boston",
    lines: [line("KIT-KETTLE-15"), line("TEX-TOWEL-70", 2)],
    shipping: 0,
    gateway: "shopify_payments",
    steps: [
      { kind: "authorize", at: "07:30" },
      { kind: "ship", at: "12:10", from: dc, lines: [[0, 1]] },
      { kind: "capture", at: "12:11", amount: 6_800 },
    ],
    story: "Partial capture: half is shipped and captured, the towels are back-ordered.",
  },
  {
    number: 1006,
    at: "07:42",
    to: "boston",
    lines: [line("KIT-KETTLE-15"), line("TEX-TOWEL-70", 2)],
    shipping: 0,
    gateway: "shopify_payments",
    steps: [
      { kind: "authorize", at: "07:42" },
      { kind: "capture", at: "09:00", amount: 6_800 },
    ],
    story: "Partial capture before anything ships: 64.00 stays deferred.",
  },
  {
    number: 1007,
    at: "08:03",
    to: "boston",
    lines: [line("TAB-MUG-35"), line("TAB-PLATE-27", 2), line("TEX-NAPKIN-4"), line("LIG-BULB-E27", 3)],
    shipping: 795,
    gateway: "shopify_payments",
    discount: {
      type: "discount_code",
      title: "TWENTYOFF",
      value: "20.0",
      valueType: "fixed_amount",
      allocations: [224, 621, 662, 493],
    },
    steps: [
      { kind: "capture", at: "08:03" },
      { kind: "ship", at: "12:30", from: dc },
    ],
    story: "A code of 20.00 over four lines, in cents that no rule of three gives.",
  },
  {
    number: 1008,
    at: "08:20",
    to: "losAngeles",
    lines: [line("TAB-MUG-35", 3), line("LIG-CANDLE-SOY"), line("GAR-SEEDS-HERB")],
    shipping: 795,
    gateway: "paypal",
    discount: {
      type: "automatic",
      title: "Black Friday 15 %",
      value: "15.0",
      valueType: "percentage",
      allocations: [585, 299, 224],
    },
    steps: [
      { kind: "capture", at: "08:20" },
      { kind: "ship", at: "12:50", from: dc },
    ],
    story: "An automatic discount, which is in no list of codes.",
  },
  {
    number: 1009,
    at: "08:31",
    to: "ottawa",
    lines: [line("TEX-CUSHION-45", 2)],
    shipping: 1_500,
    gateway: "shopify_payments",
    steps: [
      { kind: "capture", at: "08:31" },
      { kind: "ship", at: "14:00", from: dc },
    ],
    story: "To Ontario: HST is due with the capture.",
  },
  {
    number: 1010,
    at: "08:44",
    to: "ottawa",
    lines: [line("LIG-LANTERN-M")],
    shipping: 1_500,
    gateway: "shopify_payments",
    steps: [{ kind: "capture", at: "08:44" }],
    story: "To Ontario, not shipped yet: revenue is deferred, the HST is due all the same.",
  },
  {
    number: 1011,
    at: "09:02",
    to: "boston",
    lines: [line("KIT-KNIFE-20"), line("KIT-GRINDER", 2)],
    shipping: 0,
    gateway: "shopify_payments",
    steps: [
      { kind: "capture", at: "09:02" },
      { kind: "ship", at: "09:40", from: boston },
      {
        kind: "refund",
        at: "16:20",
        lines: [{ line: 0, pieces: 1, restock: "return", to: boston }],
        status: "success",
        note: "brought back to the store",
      },
    ],
    story: "A refund with the goods back on the shelf of the Boston store.",
  },
  {
    number: 1012,
    at: "09:15",
    to: "columbus",
    lines: [line("GAR-PLANTER-30", 2), line("GAR-TROWEL"), line("GAR-GLOVES-M")],
    shipping: 0,
    gateway: "shopify_payments",
    steps: [
      { kind: "capture", at: "09:15" },
      {
        kind: "refund",
        at: "11:45",
        lines: [{ line: 2, pieces: 1, restock: "cancel", to: dc }],
        status: "success",
        note: "changed their mind about the gloves",
      },
      {
        kind: "ship",
        at: "13:30",
        from: dc,
        lines: [
          [0, 2],
          [1, 1],
        ],
      },
    ],
    story: "A line refunded before it shipped: it never left, deferred revenue goes down.",
  },
  {
    number: 1013,
    at: "09:33",
    to: "austin",
    lines: [line("LIG-LAMP-FLOOR")],
    shipping: 0,
    gateway: "paypal",
    steps: [
      { kind: "capture", at: "09:33" },
      { kind: "ship", at: "12:00", from: dc },
      { kind: "refund", at: "18:10", lines: [], goodwill: 1_500, status: "success", note: "scratch on the shade, customer keeps it" },
    ],
    story: "A goodwill refund of 15.00 without goods.",
  },
  {
    number: 1014,
    at: "09:50",
    to: "austin",
    lines: [line("TAB-CUTLERY-16"), line("TEX-APRON")],
    shipping: 795,
    gateway: "shopify_payments",
    steps: [
      { kind: "capture", at: "09:50" },
      {
        kind: "refund",
        at: "10:25",
        lines: [
          { line: 0, pieces: 1, restock: "cancel", to: dc },
          { line: 1, pieces: 1, restock: "cancel", to: dc },
        ],
        shipping: true,
        status: "success",
        note: "ordered twice by mistake",
      },
      { kind: "cancel", at: "10:25", reason: "customer" },
    ],
    story: "Cancelled: the order embeds its refund, which also comes by itself.",
  },
  {
    number: 1015,
    at: "10:05",
    to: "boston",
    lines: [line("GAR-WATERING-5"), line("GAR-SEEDS-HERB", 2)],
    shipping: 795,
    gateway: "shopify_payments",
    steps: [
      { kind: "capture", at: "10:05" },
      { kind: "ship", at: "12:20", from: dc },
      { kind: "cancel-shipment", at: "12:55", shipment: 0 },
      { kind: "ship", at: "14:35", from: boston },
    ],
    story: "A shipment is cancelled at the distribution centre and goes out from the Boston store instead.",
  },
  {
    number: 1016,
    at: "10:18",
    to: "columbus",
    lines: [line("TEX-CUSHION-45")],
    shipping: 795,
    gateway: "paypal",
    steps: [
      { kind: "capture", at: "10:18" },
      { kind: "ship", at: "13:15", from: dc },
      { kind: "cancel-shipment", at: "13:50", shipment: 0 },
    ],
    story: "A shipment is cancelled for good: the revenue is deferred again, the cushion is back on the shelf.",
  },
  {
    number: 1017,
    at: "10:40",
    to: "losAngeles",
    lines: [line("TAB-BOWL-15", 4), line("TAB-PLATE-27", 4)],
    shipping: 0,
    gateway: "shopify_payments",
    steps: [
      { kind: "capture", at: "10:40" },
      { kind: "ship", at: "13:20", from: dc },
    ],
    story: "Out of order: the shipment and the payment arrive before the order.",
  },
  {
    number: 1018,
    at: "10:55",
    to: "boston",
    lines: [line("LIG-LANTERN-M"), line("LIG-CANDLE-SOY", 3)],
    shipping: 0,
    gateway: "shopify_payments",
    steps: [
      { kind: "capture", at: "10:55" },
      { kind: "ship", at: "12:05", from: boston },
      {
        kind: "refund",
        at: "17:30",
        lines: [{ line: 1, pieces: 3, restock: "no_restock" }],
        status: "success",
        note: "melted on the way",
      },
    ],
    story: "Out of order: the refund arrives before the shipment; the candles are not put back.",
  },
  {
    number: 1019,
    at: "11:10",
    to: "columbus",
    lines: [line("TEX-TOWEL-70", 3)],
    shipping: 795,
    gateway: "shopify_payments",
    longId: "9007199254740997",
    steps: [
      { kind: "capture", at: "11:10" },
      { kind: "ship", at: "14:20", from: dc },
    ],
    story: "An order id above 2^53, which a double would change.",
  },
  {
    number: 1020,
    at: "11:25",
    to: "boston",
    lines: [line("KIT-BOARD-OAK"), line("KIT-GRINDER")],
    shipping: 795,
    gateway: "shopify_payments",
    steps: [
      { kind: "capture", at: "11:25", amount: 5_000, gateway: "gift_card" },
      { kind: "capture", at: "11:25" },
      { kind: "ship", at: "14:40", from: dc },
    ],
    story: "Split tender: a gift card of 50.00 and a card for the rest.",
  },
  {
    number: 1021,
    at: "11:40",
    to: "losAngeles",
    lines: [line("LIG-LAMP-DESK"), line("LIG-BULB-E27", 2)],
    shipping: 0,
    gateway: "paypal",
    steps: [
      { kind: "capture", at: "11:40" },
      { kind: "ship", at: "13:45", from: dc },
      {
        kind: "refund",
        at: "20:05",
        lines: [{ line: 1, pieces: 2, restock: "return", to: dc }],
        status: "pending",
        note: "wrong bulbs",
      },
    ],
    story: "A refund that the gateway has not paid yet: it stays payable.",
  },
  {
    number: 1022,
    at: "11:52",
    to: "boston",
    lines: [{ sku: "GAR-BIRDBATH", pieces: 1, unitPrice: 12_800 }],
    shipping: 0,
    gateway: "shopify_payments",
    steps: [
      { kind: "capture", at: "11:52" },
      { kind: "ship", at: "15:10", from: dc },
    ],
    story: "An item that the policies do not know: the capture posts, revenue and stock wait.",
  },
  {
    number: 1023,
    at: "12:15",
    to: "boston",
    lines: [line("TEX-NAPKIN-4", 2), line("TEX-APRON")],
    shipping: 0,
    gateway: "shopify_payments",
    steps: [{ kind: "capture", at: "12:15" }],
    story: "The figures do not add up: its total is 10.00 above its lines. Kept, quarantined, not posted.",
  },
  {
    number: 1024,
    at: "23:41",
    to: "portland",
    lines: [line("TAB-CARAFE-1", 2)],
    shipping: 795,
    gateway: "shopify_payments",
    steps: [{ kind: "capture", at: "23:41" }],
    story: "Late in the evening: in UTC it is already tomorrow, for the books it is today.",
  },
  {
    number: 1101,
    at: "12:31",
    to: "portland",
    lines: [line("TAB-MUG-35", 2)],
    shipping: 0,
    tip: 500,
    gateway: "shopify_payments",
    steps: [
      { kind: "capture", at: "12:31" },
      { kind: "ship", at: "15:25", from: dc },
    ],
    story: "A tip of 5.00: owed to the staff, and no sale.",
  },
  {
    number: 1102,
    at: "12:44",
    to: "portland",
    lines: [{ sku: "", pieces: 1, unitPrice: 5_000, giftCard: true }, line("LIG-CANDLE-SOY")],
    shipping: 0,
    gateway: "paypal",
    steps: [
      { kind: "capture", at: "12:44" },
      { kind: "ship", at: "15:40", from: dc },
    ],
    story: "A gift card of 50.00 is sold with a candle: the card is a debt to its holder, the candle a sale.",
  },
  {
    number: 1103,
    at: "13:02",
    to: "portland",
    lines: [line("GAR-PLANTER-30", 2)],
    shipping: 0,
    gateway: "shopify_payments",
    steps: [
      { kind: "capture", at: "13:02" },
      { kind: "ship", at: "16:10", from: "store-austin" },
    ],
    story: "US1 sells and the Austin store of US2 ships: US2 charges its cost and six percent, and both books say so.",
  },
  {
    number: storeReturnOrder,
    at: "07:05",
    to: "boston",
    lines: [line("TAB-MUG-35", 2), line("LIG-LAMP-FLOOR")],
    shipping: 0,
    gateway: "shopify_payments",
    steps: [
      { kind: "capture", at: "07:05" },
      { kind: "ship", at: "09:50", from: dc, lines: [[0, 2]] },
      { kind: "ship", at: "10:05", from: "store-austin", lines: [[1, 1]] },
    ],
    story:
      "Sold by US1, sent by its distribution centre and by the Austin store of US2. The lamp comes back to Boston and a mug to Austin: one lineage tells it all.",
  },
];

export const twoPartOrder = 1002;
export const reversedArrivalOrder = 1017;
export const refundBeforeShipmentOrder = 1018;
export const unknownItemOrder = 1022;
export const mismatchedOrder = 1023;
/** What the quarantined order states above its lines, in cents. */
export const mismatchCents = 1_000;
const firstPlainOrder = 1025;

/** The plain orders of the day: one to three lines, most of them shipped. */
export function plainOrders(choice: SeededChoice, count: number): readonly WebOrder[] {
  const places = Object.keys(destinations) as DestinationId[];
  return Array.from({ length: count }, (_, index): WebOrder => {
    const at = later("06:10:00", index * 1_500 + choice.below(1_200));
    const lines = distinctSkus(choice, 1 + choice.below(3)).map((sku) => line(sku, 1 + choice.below(2)));
    const gross = lines.reduce((sum, each) => sum + catalogueItem(each.sku).usd * each.pieces, 0);
    const gateway = choice.chance(70) ? "shopify_payments" : "paypal";
    const discount = choice.chance(25) ? percentOff(lines) : undefined;
    const authorised = choice.chance(30);
    const shipped = choice.chance(85);
    const shipAt = later(at, 7_200 + choice.below(5_400));
    const from = choice.chance(80) ? dc : boston;
    const steps: WebStep[] = authorised && shipped ? [{ kind: "authorize", at }] : [{ kind: "capture", at }];
    if (shipped) steps.push({ kind: "ship", at: shipAt, from });
    if (authorised && shipped) steps.push({ kind: "capture", at: later(shipAt, 20) });
    return {
      number: firstPlainOrder + index,
      at,
      to: choice.from(places),
      lines,
      shipping: gross >= 10_000 ? 0 : 795,
      gateway,
      ...(discount === undefined ? {} : { discount }),
      steps,
    };
  });
}

function distinctSkus(choice: SeededChoice, count: number): readonly string[] {
  const skus = new Set<string>();
  while (skus.size < count) skus.add(choice.from(catalogue).sku);
  return [...skus];
}

/** Ten percent; the last line takes what is left of the rounded whole, as shops do. */
function percentOff(lines: readonly { sku: string; pieces: number }[]): NonNullable<WebOrder["discount"]> {
  const grosses = lines.map((each) => catalogueItem(each.sku).usd * each.pieces);
  const whole = percentageOf(
    grosses.reduce((sum, gross) => sum + gross, 0),
    10_000,
  );
  const allocations = grosses.map((gross) => Math.floor(gross / 10));
  const given = allocations.reduce((sum, amount) => sum + amount, 0);
  allocations[allocations.length - 1] = (allocations.at(-1) ?? 0) + whole - given;
  return { type: "discount_code", title: "WELCOME10", value: "10.0", valueType: "percentage", allocations };
}
