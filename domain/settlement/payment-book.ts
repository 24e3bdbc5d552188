import type { MinorUnits } from "#domain/money";
import type { SettlementRow } from "./settlement-row.ts";

/** A payment of a sale that a gateway settles: captured (positive) or refunded (negative), minor units of `currency`. */
export interface SettleablePayment {
  readonly sale: string;
  /** The channel's id of the transaction; unique. */
  readonly paymentId: string;
  readonly amount: MinorUnits;
  readonly currency: string;
  readonly occurredAt: string;
  /** In whose clearing account it waits; absent while nobody can tell who sold. */
  readonly entity?: string;
  /** Ids and names of its order. */
  readonly orders: readonly string[];
  /** Of a payment at a till: the till and its business day, as "store.register.YYYY-MM-DD". */
  readonly till?: string;
  /** The same with the day by the clock, where it is another one: the till's day goes on after midnight. */
  readonly tillByClock?: string;
  readonly cardBrand?: string;
  /** What the gateway calls it, where the channel says. */
  readonly gatewayReferences: readonly string[];
}

export interface RowToMatch {
  /** The row's stream. */
  readonly settlement: string;
  readonly row: SettlementRow;
  /** The till that the row's terminal stands for, on the day of the row and on the two before, the latest first. */
  readonly tills?: readonly [own: string, before: string, twoBefore: string];
  /** When the terminal was closed, where the row states a time and not a day alone. */
  readonly closedAt?: string;
}

export interface Open {
  readonly payment: SettleablePayment;
  /** What no row has settled yet. */
  left: MinorUnits;
}

/** Payments by what rows may call them. */
export class PaymentBook {
  readonly #transactions = new Map<string, Open>();
  readonly #gateway = new Map<string, Open[]>();
  readonly #orders = new Map<string, Open[]>();
  readonly #tills = new Map<string, Open[]>();
  readonly #clocks = new Map<string, Open[]>();
  readonly #tillsOf: ReadonlyMap<SettlementRow, RowToMatch["tills"]>;

  constructor(payments: readonly SettleablePayment[], rows: readonly RowToMatch[]) {
    this.#tillsOf = new Map(rows.map(({ row, tills }) => [row, tills]));
    const sorted = [...payments].sort((a, b) => compareText(a.occurredAt, b.occurredAt) || compareText(a.paymentId, b.paymentId));
    for (const payment of sorted) {
      if (this.#transactions.has(payment.paymentId)) continue;
      const open: Open = { payment, left: payment.amount };
      this.#transactions.set(payment.paymentId, open);
      for (const name of new Set(payment.gatewayReferences)) push(this.#gateway, name, open);
      for (const name of new Set(payment.orders)) push(this.#orders, name, open);
      if (payment.till !== undefined) push(this.#tills, payment.till, open);
      if (payment.tillByClock !== undefined) push(this.#clocks, payment.tillByClock, open);
    }
  }

  ofTransaction({ references }: SettlementRow): readonly Open[] {
    const open = references.transactionId === undefined ? undefined : this.#transactions.get(references.transactionId);
    return open === undefined ? [] : [open];
  }

  ofGateway({ references }: SettlementRow): readonly Open[] {
    return distinct(
      [references.paymentId, references.pspReference].flatMap((name) => (name === undefined ? [] : (this.#gateway.get(name) ?? []))),
    );
  }

  ofOrder({ references }: SettlementRow): readonly Open[] {
    return distinct(orderNames(references).flatMap((name) => this.#orders.get(name) ?? []));
  }

  /** What was paid on this day of a till, in the order of time; with the row's card brand, where it states one. */
  ofTill(row: SettlementRow, till: string): readonly Open[] {
    return ofBrand(row, this.#tills.get(till) ?? []);
  }

  /** What was paid on this day by the clock and counts to the day before by the till. */
  afterMidnight(row: SettlementRow, till: string): readonly Open[] {
    return ofBrand(row, this.#clocks.get(till) ?? []);
  }

  /** What was paid at the row's terminal on its day: the till's own, and by the clock. */
  atTillOf(row: SettlementRow): readonly Open[] {
    const own = this.#tillsOf.get(row)?.[0] ?? "";
    return distinct([...this.ofTill(row, own), ...this.afterMidnight(row, own)]);
  }

  /** Everything that the row could mean by any of its names. */
  named(row: SettlementRow): readonly Open[] {
    const dayBefore = isBatch(row) ? this.ofTill(row, this.#tillsOf.get(row)?.[1] ?? "") : [];
    return distinct([...this.ofTransaction(row), ...this.ofGateway(row), ...this.ofOrder(row), ...this.atTillOf(row), ...dayBefore]);
  }

  get(paymentId: string): Open | undefined {
    return this.#transactions.get(paymentId);
  }
}

export function orderNames({ orderId, orderName, merchantReference }: SettlementRow["references"]): string[] {
  return [orderId, orderName, merchantReference].filter((name) => name !== undefined);
}

/** Whether a row of a terminal stands for a batch: it names no payment of its own. */
export function isBatch({ references }: SettlementRow): boolean {
  const { orderId, orderName, merchantReference, transactionId, paymentId, pspReference } = references;
  return [orderId, orderName, merchantReference, transactionId, paymentId, pspReference].every((name) => name === undefined);
}

/** What the row says of this payment, in the payment's currency; undefined when it says nothing in it. */
export function amountIn(row: SettlementRow, currency: string): MinorUnits | undefined {
  if (row.currency === currency) return row.gross;
  return row.presentment?.currency === currency ? row.presentment.amount : undefined;
}

function ofBrand(row: SettlementRow, opens: readonly Open[]): readonly Open[] {
  const brand = row.cardBrand?.toLowerCase();
  return brand === undefined ? opens : opens.filter(({ payment }) => payment.cardBrand?.toLowerCase() === brand);
}

function push<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}

function distinct(opens: readonly Open[]): readonly Open[] {
  return opens.length < 2 ? opens : [...new Set(opens)];
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
