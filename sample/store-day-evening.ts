import { bankStatement } from "./bank-statement.ts";
import { type DayOptions, dayScenario } from "./day.ts";
import { addDaysTo, instantOf, localTimestamp } from "./local-time.ts";
import { stores } from "./retailer.ts";
import type { SettlementFileDelivery } from "./settlement-files.ts";
import { priceTicket } from "./ticket.ts";
import { registerEvenings } from "./till-steps.ts";

/** What the terminals of one register sent to the acquirer, as their service states it through the API: `POST /v1/events`. */
export interface TerminalBatch {
  readonly store: string;
  readonly register: string;
  readonly terminal: string;
  readonly batch: string;
  /** Cents: what was charged less what was given back, also for a ticket that the till then told wrongly. */
  readonly amount: number;
  readonly count: number;
  /** A canonical document of the hub. */
  readonly document: unknown;
}

/** One batch per register and day. What is practised reaches no terminal. */
export function terminalBatches(options: DayOptions = {}): readonly TerminalBatch[] {
  const { tickets, date } = dayScenario(options);
  return registerEvenings.flatMap(({ store, register, closesAt }, index) => {
    const place = stores[store];
    if (place === undefined) throw new RangeError(`${store} is no store of the sample`);
    const paid = tickets
      .filter((ticket) => ticket.store === store && ticket.register === register && ticket.training !== true)
      .flatMap((ticket) => priceTicket(ticket).tenders.filter(({ type }) => type === "CreditDebit"));
    if (paid.length === 0) return [];
    const amount = paid.reduce((total, tender) => total + tender.amount, 0);
    const [terminal, batch] = [`T${store}${register}`, String(331 + index)];
    const at = instantOf(localTimestamp(date, closesAt, place.timeZone)).replace("Z", ".000Z");
    const event = {
      name: "card-batch.stated",
      schema: 1,
      key: `card-batch.stated:${terminal}.${batch}`,
      version: at,
      occurredAt: at,
      store,
      register,
      businessDate: date,
      terminal,
      batch,
      currency: place.currency,
      amount,
      count: paid.length,
    };
    const id = `${terminal}.${date}.${batch}`;
    const document = { channel: "pos", place: store, resource: "card-batch", id, version: at, events: [event] };
    return [{ store, register, terminal, batch, amount, count: paid.length, document }];
  });
}

/** Accounts that the bags of the stores go to, by store. */
const bagAccounts = {
  "0101": { bank: "HN", account: "4410020187", number: 232, reference: "HN7300701" },
  "0301": { bank: "MT", account: "0021900733", number: 88, reference: "MT0041932" },
} as const;

/** What the banks state once they have counted the bags. Nothing of a store whose day is not audited is looked for at a bank. */
export function depositStatements(options: DayOptions = {}): readonly SettlementFileDelivery[] {
  const { tills, date } = dayScenario(options);
  const day = addDaysTo(date, 5);
  return Object.entries(bagAccounts).flatMap(([store, { bank, account, number, reference }]) => {
    const deposit = tills.find((step) => step.store === store && step.kind === "bank-deposit");
    const currency = stores[store]?.currency;
    if (deposit === undefined || currency === undefined) return [];
    const credits = [{ reference, amount: deposit.amount, remittance: `CASH DEPOSIT BAG ${deposit.bag}` }];
    const text = bankStatement({ bank, account, currency, day, number, opening: 0, credits });
    const bytes = new TextEncoder().encode(text);
    return [{ kind: "settlement-file" as const, id: `Bank statement, bag of store ${store}`, name: `bag-${store}-${day}.xml`, bytes }];
  });
}
