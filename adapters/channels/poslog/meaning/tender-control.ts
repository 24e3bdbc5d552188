import { eventKey } from "#domain/identity";
import { currencyExponent, isCurrency } from "#domain/money";
import {
  type BuiltEvent,
  heldTicket,
  numberOverAll,
  type SettledTicket,
  settledFacts,
  type TicketKey,
  TicketProblem,
} from "#domain/pos-files";
import type { PosReadSettings } from "#ports/pos-format";
import type { Dialect } from "../dialects/dialect.ts";
import type { DraftMoney, DraftMovement, TransactionDraft } from "../draft/transaction-draft.ts";
import { currencyOf, instantOf, versionOf } from "./identity.ts";
import { readAmount } from "./read-figure.ts";
import { wholeAmount } from "./ticket-figures.ts";
import { unknownMoney } from "./unknown-money.ts";

interface Frame {
  readonly key: TicketKey;
  readonly dialect: Dialect;
  readonly currency: string;
  readonly base: { readonly schema: 1; readonly version: string; readonly occurredAt: string };
}

/** Money that moved, one amount of one tender. */
interface Moved {
  readonly tender: string;
  readonly currency: string;
  readonly amount: number;
  readonly valued?: { readonly currency: string; readonly amount: number };
}

/**
 * Tender control: till.moved and till.counted, facts of the store day (c27). Throws TicketProblem. A transaction whose movements cannot all
 * be read is held whole; undefined: it states nothing.
 */
export function tillDocument(
  draft: TransactionDraft,
  key: TicketKey,
  settings: PosReadSettings,
  dialect: Dialect,
): SettledTicket | undefined {
  const currency = currencyOf(draft, settings);
  const frame = { key, dialect, currency, base: { schema: 1, version: versionOf(draft), occurredAt: instantOf(draft, settings) } } as const;
  const unknown = unknownMoney(draft);
  if (unknown.length > 0) return heldTicket(key, unknown, { ...draft, ordinal: 0 });
  const built = draft.movements.flatMap((movement, index) => eventsOf(movement, index, frame));
  if (built.length === 0) return undefined;
  // Tender control comes to nothing that a customer owes.
  return { ...settledFacts(key, "store-day", built), total: { amount: 0, currency } };
}

function eventsOf(movement: DraftMovement, index: number, frame: Frame): readonly BuiltEvent[] {
  const { key, dialect, base } = frame;
  const kind = dialect.movements.of(movement.element);
  const number = `${numberOverAll(kind === "safe-count" ? { ...key, register: "safe" } : key)}${index === 0 ? "" : `.${index + 1}`}`;
  // A check in between is no count of the day.
  if (kind === undefined || kind === "ignored" || /^check$/i.test(movement.category)) return [];
  if (kind === "till-count" || kind === "safe-count") {
    const tenders = countedTenders(movement, frame);
    if (tenders.length === 0) return [];
    const { register, ...place } = key;
    return [
      {
        name: "till.counted",
        ...base,
        key: eventKey("till.counted", number),
        ...place,
        ...(kind === "safe-count" ? {} : { register }),
        tenders,
      },
    ];
  }
  return movedBy(movement, frame).map((moved, part) => ({
    name: "till.moved",
    ...base,
    key: eventKey("till.moved", part === 0 ? number : `${number}-${part + 1}`),
    ...key,
    kind,
    ...moved,
    ...(movement.reason === "" ? {} : { reason: movement.reason.slice(0, 255) }),
    ...(movement.bag === "" ? {} : { bag: movement.bag.slice(0, 255) }),
  }));
}

/** By tender where the parts are stated, which then make the sum; else the sum. Nothing for a movement of zero. */
function movedBy(movement: DraftMovement, frame: Frame): Moved[] {
  const place = movement.element;
  const parts = movement.parts.filter(({ amount, voided }) => amount !== "" && !voided).map((part) => movedOf(part, movement, frame));
  const stated = movement.total.amount === "" ? undefined : movedOf(movement.total, movement, frame);
  if (stated === undefined && parts.length === 0) throw new TicketProblem("data.missing", "figure", place, `${place} states no amount`);
  const home = parts.reduce((sum, { amount, valued }) => sum + (valued?.amount ?? amount), 0);
  const oneCurrency = parts.every(({ currency, valued }) => (valued?.currency ?? currency) === frame.currency);
  if (stated !== undefined && parts.length > 0 && oneCurrency && home !== (stated.valued?.amount ?? stated.amount)) {
    throw new TicketProblem(
      "money.amount-mismatch",
      "parts-make-sum",
      place,
      `the tenders of ${place} do not come to the ${movement.total.amount} that it states`,
    );
  }
  const moved = (parts.length > 0 ? parts : stated === undefined ? [] : [stated]).filter(({ amount }) => amount !== 0);
  for (const { amount } of moved) {
    if (amount < 0) {
      throw new TicketProblem(
        "data.value",
        "sign",
        place,
        `${place} moves a negative amount: which way the money went is not told by its kind`,
      );
    }
  }
  return moved;
}

function movedOf(money: DraftMoney, movement: DraftMovement, frame: Frame): Moved {
  const place = `amount of ${movement.element}`;
  const currency = money.currency || frame.currency;
  const amount = readIn(money.amount, currency, place);
  const tender = tenderOf(money.tender || movement.tender, frame);
  if (money.foreignCurrency === "" || money.foreignCurrency === frame.currency || money.foreignAmount === "")
    return { tender, currency, amount };
  return {
    tender,
    currency: money.foreignCurrency,
    amount: readIn(money.foreignAmount, money.foreignCurrency, `foreign ${place}`),
    valued: { currency, amount },
  };
}

/** Ending is what was counted; what the till says is over or short tells what it expected. */
function countedTenders(movement: DraftMovement, frame: Frame): object[] {
  const place = `count of ${movement.element}`;
  const byTender = new Map<string, { tender: string; currency: string; counted?: number; over: number; judged: boolean }>();
  for (const part of movement.parts) {
    const ledger = part.ledger.toLowerCase();
    if (part.amount === "" || part.voided || !countedLedgers.has(ledger)) continue;
    const foreign = part.foreignCurrency !== "" && part.foreignAmount !== "";
    const currency = foreign ? part.foreignCurrency : part.currency || frame.currency;
    const amount = readIn(foreign ? part.foreignAmount : part.amount, currency, place);
    const tender = tenderOf(part.tender || movement.tender, frame);
    const name = JSON.stringify([tender, currency]);
    const row = byTender.get(name) ?? { tender, currency, over: 0, judged: false };
    if (ledger === "over" || ledger === "short") {
      row.over += ledger === "over" ? Math.abs(amount) : -Math.abs(amount);
      row.judged = true;
    } else row.counted = (row.counted ?? 0) + amount;
    byTender.set(name, row);
  }
  return [...byTender.values()].flatMap(({ tender, currency, counted, over, judged }) => {
    if (counted !== undefined) return [{ tender, currency, counted, ...(judged ? { expected: counted - over } : {}) }];
    if (over === 0) return [];
    throw new TicketProblem(
      "data.missing",
      "counted",
      place,
      `${movement.element} says ${tender} is over or short and not what was counted`,
    );
  });
}

/** A part without a ledger in a count is what was counted. */
const countedLedgers: ReadonlySet<string> = new Set(["", "ending", "actual", "counted", "over", "short"]);

function tenderOf(type: string, { dialect }: Frame): string {
  return (dialect.tenders.of(type) ?? (type || "Cash")).slice(0, 255);
}

function readIn(text: string, currency: string, place: string): number {
  if (!isCurrency(currency))
    throw new TicketProblem("data.value", "currency", place, `${place}: ${currency.slice(0, 20)} is no ISO 4217 currency`);
  return wholeAmount(readAmount(text, place), currencyExponent(currency), place);
}
