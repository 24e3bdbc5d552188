import { seededRandom } from "../fixtures/seeded-random.ts";

/*
 * A week at five gateway accounts that nobody thought of, made from one seed, with its own ledger of truth: plain addition over what was
 * made. Neither this file nor those that render it know anything of the product; all amounts are whole cents.
 */

export type MovementKind =
  | "charge"
  | "refund"
  | "dispute"
  | "dispute-won"
  | "platform-fee"
  | "reserve"
  | "reserve-released"
  | "advance"
  | "adjustment"
  | "unlisted";

/** What a gateway added to what it owes (positive) or took from it. Net is amount less fee. */
export interface Movement {
  readonly id: string;
  readonly kind: MovementKind;
  readonly order?: string;
  readonly amount: number;
  readonly fee: number;
  readonly second: number;
  /** Of a sale in another currency: what the customer paid or got back there. */
  readonly paid?: { readonly amount: number; readonly currency: string };
}

export type PayoutState = "in-transit" | "banked" | "failed";

export interface Payout {
  readonly id: string;
  readonly state: PayoutState;
  readonly net: number;
  readonly movements: readonly Movement[];
}

export interface Order {
  readonly name: string;
  readonly shop: string;
  readonly gateway: string;
  readonly currency: string;
  /** By id; refunds are negative. */
  readonly payments: Readonly<Record<string, number>>;
  readonly dispute?: { readonly id: string; readonly amount: number; readonly lost: boolean };
}

export interface GatewayWeek {
  readonly format: "shopify" | "adyen" | "stripe" | "paypal" | "mapped";
  readonly account: string;
  readonly gateway: string;
  readonly entity: string;
  readonly currency: string;
  readonly shop: string;
  readonly payouts: readonly Payout[];
  /** They wait for the next payout. */
  readonly pending: readonly Movement[];
}

export interface BankLine {
  readonly account: string;
  readonly currency: string;
  readonly amount: number;
  readonly text: string;
}

export interface PayoutWeek {
  readonly orders: readonly Order[];
  readonly gateways: readonly GatewayWeek[];
  readonly lines: readonly BankLine[];
  /** Debit less credit in cents by "<currency> <entity> <role> <dimensions>"; what is 0 is left out. */
  readonly truth: Readonly<Record<string, number>>;
  /** What the exchange of each currency gained (negative) or lost, in cents of the books. */
  readonly exchange: number;
  /** Captured less refunded less settled, by "<currency> <entity> <gateway>": the same clearing, counted the other way. */
  readonly clearing: Readonly<Record<string, number>>;
}

const sources = [
  { format: "shopify", account: "shop", gateway: "shopify_payments", entity: "us", currency: "USD", shop: "us.example", bank: "us-bank" },
  {
    format: "shopify",
    account: "shop-gb",
    gateway: "shopify_payments",
    entity: "gb",
    currency: "GBP",
    shop: "gb.example",
    bank: "gb-bank",
  },
  { format: "adyen", account: "adyen", gateway: "adyen", entity: "us", currency: "USD", shop: "us.example", bank: "us-bank" },
  { format: "stripe", account: "stripe", gateway: "stripe", entity: "us", currency: "USD", shop: "us.example", bank: "us-bank" },
  { format: "paypal", account: "paypal", gateway: "paypal", entity: "us", currency: "USD", shop: "us.example", bank: "us-bank" },
  { format: "mapped", account: "pay-later", gateway: "pay-later", entity: "us", currency: "USD", shop: "us.example", bank: "us-bank" },
] as const;

/** What each format has words for. */
const kindsOf: Readonly<Record<GatewayWeek["format"], readonly MovementKind[]>> = {
  shopify: ["platform-fee", "reserve", "reserve-released", "advance", "adjustment", "unlisted"],
  adyen: ["platform-fee", "reserve", "reserve-released", "adjustment"],
  stripe: ["platform-fee", "reserve", "reserve-released", "adjustment", "unlisted"],
  paypal: ["platform-fee", "reserve", "reserve-released"],
  mapped: ["platform-fee", "unlisted"],
};

/** Cents of the books for one cent of a euro, in hundredths, on the day of the sales: golden-policy.ts says 1.10. */
const euroInHundredths = 110;

const bankNumbers: Readonly<Record<string, string>> = { "us-bank": "100", "gb-bank": "500" };

/** `ordersEach`: how many orders every account has. */
export function payoutWeek(seed: number, ordersEach = 4): PayoutWeek {
  const random = seededRandom(seed);
  const truth = new Ledger();
  const clearing = new Ledger();
  const orders: Order[] = [];
  const lines: BankLine[] = [];
  let exchange = 0;
  let serial = 0;
  const gateways = sources.map((source): GatewayWeek => {
    const { format, account, gateway, entity, currency, shop, bank } = source;
    const name = `${entity} payment-clearing ${gateway}`;
    const at = `${currency} ${entity}`;
    const movements: Movement[] = [];
    const add = (kind: MovementKind, amount: number, fee: number, more: Partial<Movement> = {}) => {
      serial += 1;
      movements.push({ id: `${account}-${serial}`, kind, amount, fee, second: serial, ...more });
    };
    for (let index = 0; index < ordersEach; index += 1) {
      serial += 1;
      const order = `#${serial}`;
      const payments: Record<string, number> = {};
      const abroad = format === "adyen" && random.below(3) === 0;
      // Whole euros, so that no rate needs rounding.
      const paidIn = abroad ? "EUR" : currency;
      const amount = abroad ? (1 + random.below(900)) * 100 : 500 + random.below(90_000);
      payments[`C${serial}`] = amount;
      truth.add(`${paidIn} ${name}`, amount);
      clearing.add(`${paidIn} ${entity} ${gateway}`, amount);
      const got = abroad ? Math.floor((amount * (105 + random.below(10))) / 100) : amount;
      const given = (part: number) => (abroad ? { paid: { amount: part, currency: paidIn } } : {});
      const settled = random.below(6) > 0;
      if (settled) add("charge", got, 10 + random.below(300), { order, ...given(amount) });
      let dispute: Order["dispute"];
      const then = settled && !abroad ? random.below(3) : 2;
      if (then === 0) {
        const back = 100 + random.below(amount - 100);
        serial += 1;
        payments[`R${serial}`] = -back;
        truth.add(`${currency} ${name}`, -back);
        clearing.add(`${currency} ${entity} ${gateway}`, -back);
        add("refund", -back, 0, { order });
      } else if (then === 1 && format !== "mapped") {
        const fee = format === "paypal" ? 0 : 1_500;
        const outcome = random.below(3);
        const id = `dp_${serial}`;
        add("dispute", -amount, fee, { order, id });
        if (outcome === 0) add("dispute-won", amount, 0, { order, id: `${id}w` });
        if (outcome === 1) {
          dispute = { id, amount, lost: true };
          truth.add(`${at} chargeback-loss ${gateway}`, amount);
          truth.add(`${at} dispute-receivable ${gateway}`, -amount);
        }
      }
      orders.push({ name: order, shop, gateway, currency: paidIn, payments, ...(dispute === undefined ? {} : { dispute }) });
    }
    for (let count = random.below(4); count > 0; count -= 1) {
      const kinds = kindsOf[format];
      const kind = kinds[random.below(kinds.length)]!;
      const size = 50 + random.below(20_000);
      add(kind, kind === "advance" || kind === "reserve-released" ? size : -size, 0);
    }
    const shares = random.shuffled(movements);
    const payouts: Payout[] = [];
    // A closed batch is paid out; another one is, as often as not, on its way or came back.
    const states: readonly PayoutState[] = format === "shopify" ? ["banked", "in-transit", "failed"] : ["banked", "in-transit"];
    const parts =
      format === "paypal" ? [shares] : [shares.filter((_, index) => index % 2 === 0), shares.filter((_, index) => index % 2 === 1)];
    const pending = format === "shopify" ? (parts[1]?.splice(0, random.below(3)) ?? []) : [];
    for (const [index, part] of parts.entries()) {
      if (part.length === 0) continue;
      const net = sum(part.map((each) => each.amount - each.fee));
      const state = states[random.below(states.length)]!;
      const id = `${7_000_000 + seed * 1_000 + payouts.length + 10 * sources.indexOf(source)}${index}`;
      payouts.push({ id, state, net, movements: part });
    }
    for (const { id, state, net, movements: part } of payouts) {
      for (const movement of part) book(movement, state === "banked");
      if (state === "failed" || net === 0) continue;
      truth.add(`${currency} ${name}`, -net);
      truth.add(`${at} ${state === "banked" ? "bank" : "bank-in-transit"} ${bank}`, net);
      clearing.add(`${currency} ${entity} ${gateway}`, -net);
      if (state === "banked") lines.push({ account: bankNumbers[bank]!, currency, amount: net, text: `PAYOUT ${id}` });
    }
    for (const movement of pending) book(movement, false);
    return { format, account, gateway, entity, currency, shop, payouts, pending };

    function book({ kind, amount, fee, paid }: Movement, banked: boolean): void {
      const to = (role: string, cents: number) => {
        truth.add(`${at} ${role}`, cents);
        truth.add(`${currency} ${name}`, -cents);
        clearing.add(`${currency} ${entity} ${gateway}`, -cents);
      };
      switch (kind) {
        case "charge":
        case "refund":
          to(`card-fees ${gateway}`, fee);
          if (paid === undefined) return;
          // Changed: it leaves clearing as the customer paid it, and comes back as the gateway gave it.
          truth.add(`${paid.currency} ${name}`, -paid.amount);
          clearing.add(`${paid.currency} ${entity} ${gateway}`, -paid.amount);
          truth.add(`${paid.currency} ${entity} currency-conversion ${gateway}`, paid.amount);
          to(`currency-conversion ${gateway}`, -amount);
          exchange += (paid.amount * euroInHundredths) / 100 - amount;
          return;
        case "dispute":
        case "dispute-won":
          to(`dispute-receivable ${gateway}`, -amount);
          to(`dispute-fees ${gateway}`, fee);
          return;
        case "platform-fee":
          to(`platform-fees ${gateway}`, -amount);
          return;
        case "reserve":
        case "reserve-released":
          to(`reserve-receivable ${gateway}`, -amount);
          return;
        case "advance":
          to(`payout-loan ${gateway}`, -amount);
          return;
        case "adjustment":
          to(`settlement-suspense ${gateway}`, -amount);
          return;
        case "unlisted":
          if (banked) to(`settlement-suspense ${gateway}`, -amount);
      }
    }
  });
  return { orders, gateways, lines, truth: truth.standing(), exchange, clearing: clearing.standing() };
}

class Ledger {
  readonly #cents = new Map<string, number>();

  add(account: string, cents: number): void {
    this.#cents.set(account, (this.#cents.get(account) ?? 0) + cents);
  }

  standing(): Record<string, number> {
    return Object.fromEntries([...this.#cents].filter(([, cents]) => cents !== 0).sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

function sum(cents: readonly number[]): number {
  return cents.reduce((total, each) => total + each, 0);
}
