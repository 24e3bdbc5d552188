import { seededRandom } from "../fixtures/seeded-random.ts";

/*
 * Nights of one card terminal that nobody thought of, made from one seed: cards taken and given back into the small hours, and a terminal
 * that is closed whenever somebody thinks of it. The ledger of truth is plain addition; this file knows nothing of the product.
 */

export interface CardTicket {
  readonly number: string;
  /** Day of the till, MM-DD. */
  readonly on: string;
  /** By the clock of the store; 24:20 is twenty past midnight of the till's day. */
  readonly at: string;
  readonly cents: number;
}

export interface TerminalBatch {
  readonly id: string;
  /** By the clock of the store: YYYY-MM-DD HH:MM. */
  readonly closed: string;
  readonly gross: number;
  readonly fee: number;
  readonly payout: string;
  readonly tickets: readonly string[];
}

export interface TerminalNights {
  readonly tickets: readonly CardTicket[];
  readonly batches: readonly TerminalBatch[];
  /** As the acquirer sends them; with the time at which the terminal was closed, or its day alone. */
  readonly report: string;
  readonly payouts: readonly { readonly id: string; readonly cents: number }[];
  readonly truth: { readonly clearing: number; readonly fees: number; readonly bank: number };
}

const days = ["11-23", "11-24", "11-25", "11-26"];
const minutesOfDay = 1_440;

/** `states`: whether the report states when a terminal was closed, or the day alone. */
export function terminalNights(seed: number, states: "times" | "days"): TerminalNights {
  const random = seededRandom(seed);
  // The till's day ends at four in the morning, or with the calendar's.
  const endsAtFour = random.below(2) === 0;
  // Every night at the same hour, and on some days at noon too.
  const nightly = [23 * 60 + 30, 24 * 60 + 30, 26 * 60][random.below(3)]!;
  const tickets: (CardTicket & { readonly minute: number })[] = [];
  const closings: number[] = [];
  for (const [index, day] of days.entries()) {
    const minutes = Array.from({ length: 4 + random.below(6) }, () => 600 + random.below(17 * 60)).sort((a, b) => a - b);
    for (const minute of minutes) {
      const amount = 300 + random.below(9_000);
      const isNext = !endsAtFour && minute >= minutesOfDay;
      const at = minute - (isNext ? minutesOfDay : 0);
      tickets.push({
        number: String(tickets.length + 1),
        on: isNext ? (days[index + 1] ?? "11-27") : day,
        at: clock(at),
        cents: random.below(8) === 0 ? -Math.ceil(amount / 4) : amount,
        minute: index * minutesOfDay + minute,
      });
    }
    if (random.below(3) === 0) closings.push(index * minutesOfDay + 13 * 60);
    closings.push(index * minutesOfDay + nightly);
  }
  // The last night may not be closed yet.
  if (random.below(2) === 0) closings.pop();
  const batches: TerminalBatch[] = [];
  let from = -1;
  for (const [index, closing] of closings.entries()) {
    const own = tickets.filter(({ minute }) => minute > from && minute <= closing);
    from = closing;
    if (own.length === 0) continue;
    const gross = sum(own.map(({ cents }) => cents));
    const day = days[Math.floor(closing / minutesOfDay)] ?? "11-27";
    batches.push({
      id: `B${index}`,
      closed: `2026-${day} ${clock(closing % minutesOfDay)}`,
      gross,
      fee: Math.round(Math.abs(gross) / 100),
      payout: String(8_000_000 + seed * 100 + Math.floor(batches.length / 2)),
      tickets: own.map(({ number }) => number),
    });
  }
  const payouts = [...new Set(batches.map(({ payout }) => payout))].map((id) => ({
    id,
    cents: sum(batches.filter(({ payout }) => payout === id).map(({ gross, fee }) => gross - fee)),
  }));
  const fees = sum(batches.map(({ fee }) => fee));
  const bank = sum(payouts.map(({ cents }) => cents));
  return {
    tickets,
    batches,
    report: [
      "Batch;Kind;Terminal;Closed;Gross;Fee;Net;Payout;Paid",
      ...batches.map(({ id, closed, gross, fee, payout }) =>
        [
          id,
          "Batch",
          "T-1",
          states === "times" ? closed : closed.slice(0, 10),
          decimal(gross),
          decimal(fee),
          decimal(gross - fee),
          payout,
          "2026-11-30",
        ].join(";"),
      ),
      "",
    ].join("\n"),
    payouts,
    truth: { clearing: sum(tickets.map(({ cents }) => cents)) - fees - bank, fees, bank },
  };
}

function clock(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
}

function sum(cents: readonly number[]): number {
  return cents.reduce((total, each) => total + each, 0);
}

function decimal(cents: number): string {
  const whole = Math.abs(cents);
  return `${cents < 0 ? "-" : ""}${Math.floor(whole / 100)}.${String(whole % 100).padStart(2, "0")}`;
}
