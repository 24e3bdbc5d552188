import { bankStatement } from "./bank-statement.ts";
import type { DayOptions } from "./day.ts";
import { addDaysTo, localTimestamp } from "./local-time.ts";
import { decimal } from "./percentage.ts";
import { defaultDate, shopTimeZone } from "./retailer.ts";
import { type GatewayMovement, gatewayMovements } from "./settlement-movements.ts";

/** One report of the gateway, or one statement of the bank. */
export interface SettlementFileDelivery {
  readonly kind: "settlement-file";
  readonly id: string;
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A payout of the gateway: the movements up to a time of the day. */
export interface SamplePayout {
  readonly id: string;
  readonly status: "paid" | "in_transit";
  readonly issuedOn: string;
  readonly movements: readonly GatewayMovement[];
  readonly net: number;
}

export interface SampleSettlement {
  readonly payouts: readonly SamplePayout[];
  /** They wait for the next payout. */
  readonly pending: readonly GatewayMovement[];
  /** Somebody sent money without a word that says why. */
  readonly unidentified: { readonly amount: number; readonly bookedOn: string };
  readonly bankDay: string;
}

const bankNumber = "4410020187";
export const unidentifiedCents = 4_200;

/** The first payout is what came before three, and reaches the bank; the second, before six, is on its way. */
export function sampleSettlement(options: DayOptions = {}): SampleSettlement {
  const date = options.date ?? defaultDate;
  const movements = gatewayMovements(options);
  const between = (from: string, to: string) => movements.filter(({ at }) => at >= from && at < to);
  const payout = (id: string, status: SamplePayout["status"], days: number, of: readonly GatewayMovement[]): SamplePayout => ({
    id,
    status,
    issuedOn: addDaysTo(date, days),
    movements: of,
    net: of.reduce((total, { amount, fee }) => total + amount - fee, 0),
  });
  const bankDay = addDaysTo(date, 4);
  return {
    payouts: [
      payout("90210000001", "paid", 3, between("00:00", "15:00")),
      payout("90210000002", "in_transit", 4, between("15:00", "18:00")),
    ],
    pending: between("18:00", "24:00"),
    unidentified: { amount: unidentifiedCents, bookedOn: bankDay },
    bankDay,
  };
}

/** The export of the gateway and the statement of the bank, as an operator drops them on the next days. */
export function settlementFiles(options: DayOptions = {}): readonly SettlementFileDelivery[] {
  const date = options.date ?? defaultDate;
  const settlement = sampleSettlement(options);
  const file = (id: string, name: string, text: string): SettlementFileDelivery => ({
    kind: "settlement-file",
    id,
    name,
    bytes: new TextEncoder().encode(text),
  });
  return [
    file("Shopify Payments export", "payment_transactions_export_1.csv", transactionsExport(date, settlement)),
    file("Bank statement", `statement-${settlement.bankDay}.xml`, statement(settlement)),
  ];
}

const exportColumns =
  "Transaction Date,Type,Order,Card Brand,Card Source,Payout Status,Payout Date,Payout ID,Available On,Amount,Fee,Net,Checkout,Payment Method Name,Presentment Amount,Presentment Currency,Currency";

function transactionsExport(date: string, { payouts, pending }: SampleSettlement): string {
  const line = (movement: GatewayMovement, index: number, payout: string): string => {
    const { kind, order, at, amount, fee } = movement;
    const when = localTimestamp(date, at, shopTimeZone)
      .replace("T", " ")
      .replace(/([+-]\d\d):(\d\d)$/, " $1$2");
    const [gross, kept, net] = [amount, fee, amount - fee].map(decimal);
    // The export writes what a customer paid or got back without a sign.
    const presented = decimal(Math.abs(amount));
    return `${when},${kind},${order},visa,online,${payout},${addDaysTo(date, 2)},${gross},${kept},${net},#${39_000 + index},card,${presented},USD,USD`;
  };
  let count = 0;
  const paidOut = payouts.flatMap(({ id, status, issuedOn, movements }) =>
    movements.map((movement) => line(movement, count++, `${status},${issuedOn},${id}`)),
  );
  return `${[exportColumns, ...paidOut, ...pending.map((movement) => line(movement, count++, "pending,,"))].join("\n")}\n`;
}

/** The first payout, and a credit that says nothing of use. */
function statement({ payouts, unidentified, bankDay }: SampleSettlement): string {
  return bankStatement({
    bank: "HN",
    account: bankNumber,
    currency: "USD",
    day: bankDay,
    number: 231,
    opening: 18_450_000,
    credits: [
      { reference: "HN7300418", amount: payouts[0]?.net ?? 0, remittance: "SHOPIFY PAYMENTS FERNWICK VALE" },
      { reference: "HN7300552", amount: unidentified.amount, remittance: "THANK YOU" },
    ],
  });
}
