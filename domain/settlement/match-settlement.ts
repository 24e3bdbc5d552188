import { daysBetween } from "#domain/calendar";
import type { MinorUnits } from "#domain/money";
import { confidenceOf, type MatchReason, type MatchWay } from "./match-words.ts";
import { amountIn, isBatch, type Open, orderNames, PaymentBook, type RowToMatch, type SettleablePayment } from "./payment-book.ts";
import type { SettlementRow } from "./settlement-row.ts";
import { terminalBatches } from "./terminal-batches.ts";

export interface MatchRules {
  /** By how much an amount may be off when nothing but the order says that they belong together. */
  readonly toleranceMinorUnits: MinorUnits;
  /** How many days a payment may be away from a row that only an amount within the tolerance joins to it. */
  readonly lagDays: number;
  /**
   * Of a gateway that states what it pays and not what it keeps (c24): the fee that its contract gives for this amount of a payment.
   * Absent: the gateway states its fees.
   */
  readonly contractedFee?: (
    row: SettlementRow,
    gross: MinorUnits,
  ) => { readonly amount: MinorUnits; readonly toleranceMinorUnits: MinorUnits } | undefined;
}

/** What of a row settles one payment. */
export interface SettledPart {
  readonly sale: string;
  readonly paymentId: string;
  /** Of the row's currency. */
  readonly amount: MinorUnits;
  /** Of a payment in another currency: what of it is settled, and when it was made; the gateway changed it. */
  readonly sold?: { readonly amount: MinorUnits; readonly currency: string; readonly occurredAt: string };
}

export interface SettlementMatch {
  readonly settlement: string;
  readonly outcome: "matched" | "unmatched";
  readonly parts: readonly SettledPart[];
  readonly entity?: string;
  readonly way?: MatchWay;
  readonly confidence?: number;
  /** What the gateway kept of the payments and did not state, as its contract says. */
  readonly fee?: MinorUnits;
  /** Row less payments, when they are not the same; with `fee`, less the fee too. */
  readonly difference?: MinorUnits;
  readonly reason?: MatchReason;
}

/**
 * Which payments each charge or refund row settles: exact by the channel's transaction, then by the gateway's payment, then by order and
 * amount, then several together, then by a rule of tolerance and days. A payment is settled once. The answer does not depend on the order
 * in which rows and payments are given, and the work is linear in them, as long as an order has few of each.
 */
export function matchSettlement(
  rows: readonly RowToMatch[],
  payments: readonly SettleablePayment[],
  rules: MatchRules,
): readonly SettlementMatch[] {
  const book = new PaymentBook(payments, rows);
  const found = new Map<string, SettlementMatch>();
  const rowOf = new Map(rows.map(({ settlement, row }) => [settlement, row]));
  let waiting = [...rows].sort((a, b) => compareText(a.row.occurredAt, b.row.occurredAt) || compareText(a.settlement, b.settlement));
  const passes: readonly ((row: RowToMatch) => SettlementMatch | undefined)[] = [
    (each) => byName(each, book.ofTransaction(each.row), "transaction"),
    (each) => byName(each, openFor(each.row, book.ofGateway(each.row)), "payment"),
    (each) => byOrderAndAmount(each, book),
    (each) => severalPayments(each, book),
  ];
  for (const pass of passes) waiting = waiting.filter((each) => !take(pass(each)));
  for (const [each, opens] of terminalBatches(waiting, book)) take(matchedBatch(each, opens));
  waiting = waiting.filter((each) => !found.has(each.settlement) && !take(netOfFee(each, book, rules)));
  for (const group of bySameOrder(waiting).values()) for (const match of severalRows(group, book)) take(match);
  for (const each of waiting) {
    if (!found.has(each.settlement)) take(withinTolerance(each, book, rules) ?? unmatched(each, book));
  }
  for (const [settlement, match] of lastOfShortPayments(found, book, rowOf, rules)) found.set(settlement, match);
  return rows.map(({ settlement }) => found.get(settlement)!);

  function take(match: SettlementMatch | undefined): boolean {
    if (match !== undefined) found.set(match.settlement, match);
    return match !== undefined;
  }
}

function openFor(row: SettlementRow, opens: readonly Open[]): readonly Open[] {
  const alike = opens.filter((open) => sameWay(row, open));
  const exact = alike.filter((open) => open.left !== 0 && amountIn(row, open.payment.currency) === open.left);
  if (exact.length > 0) return exact.slice(0, 1);
  return alike.length === 1 ? alike : [];
}

function sameWay(row: SettlementRow, { payment }: Open): boolean {
  const amount = amountIn(row, payment.currency);
  return amount !== undefined && Math.sign(amount) === Math.sign(payment.amount);
}

/** A payment that the row names: it takes what is left of it, and what the row has beyond that is a difference. */
function byName(each: RowToMatch, opens: readonly Open[], way: MatchWay): SettlementMatch | undefined {
  const open = opens[0];
  if (open === undefined) return undefined;
  const amount = amountIn(each.row, open.payment.currency);
  if (amount === undefined || !sameWay(each.row, open)) return undefined;
  if (open.left === 0) return { settlement: each.settlement, outcome: "unmatched", parts: [], reason: "duplicate" };
  const beyond = Math.abs(amount) > Math.abs(open.left) ? amount - open.left : 0;
  open.left -= amount - beyond;
  // Only in one currency is a difference an amount of the row's.
  const isSame = each.row.currency === open.payment.currency;
  const match = matched(each, [{ open, amount: each.row.gross }], way, isSame ? beyond : 0);
  return isSame || beyond === 0 ? match : { ...match, reason: "amount-mismatch" };
}

function byOrderAndAmount(each: RowToMatch, book: PaymentBook): SettlementMatch | undefined {
  const isIt = ({ payment, left }: Open) => left !== 0 && left === payment.amount && amountIn(each.row, payment.currency) === left;
  // A row that names a payment at a till, which the till does not know by that name, has the amount and the till in common with it.
  const open = book.ofOrder(each.row).find(isIt) ?? (isBatch(each.row) ? undefined : book.atTillOf(each.row).find(isIt));
  if (open === undefined) return undefined;
  open.left = 0;
  return matched(each, [{ open, amount: each.row.gross }], "order-and-amount");
}

/** One row for all that is open of an order, in one direction. */
function severalPayments(each: RowToMatch, book: PaymentBook): SettlementMatch | undefined {
  const { row } = each;
  const opens = book.ofOrder(row).filter((open) => open.left !== 0 && open.payment.currency === row.currency && sameWay(row, open));
  if (opens.length < 2 || opens.reduce((total, { left }) => total + left, 0) !== row.gross) return undefined;
  const parts = opens.map((open) => ({ open, amount: open.left }));
  for (const open of opens) open.left = 0;
  return matched(each, parts, "sum");
}

/** A payment of the order less what the contract lets the gateway keep of it; of several the one that is nearest to it. */
function netOfFee(each: RowToMatch, book: PaymentBook, { contractedFee }: MatchRules): SettlementMatch | undefined {
  if (contractedFee === undefined) return undefined;
  const { row } = each;
  let best: { readonly open: Open; readonly off: MinorUnits } | undefined;
  for (const open of book.ofOrder(row)) {
    const { left, payment } = open;
    if (left === 0 || left !== payment.amount || payment.currency !== row.currency || !sameWay(row, open)) continue;
    const expected = contractedFee(row, left);
    if (expected === undefined) continue;
    const off = Math.abs(left - row.gross - expected.amount);
    if (off <= expected.toleranceMinorUnits && (best === undefined || off < best.off)) best = { open, off };
  }
  if (best === undefined) return undefined;
  const { open } = best;
  const fee = open.left - row.gross;
  const amount = open.left;
  open.left = 0;
  return { ...matched(each, [{ open, amount }], "net-of-fee"), ...(fee === 0 ? {} : { fee }) };
}

/** A batch of a card terminal, charges and refunds together. */
function matchedBatch(each: RowToMatch, opens: readonly Open[]): SettlementMatch {
  const parts = opens.map((open) => ({ open, amount: open.left }));
  for (const open of opens) open.left = 0;
  return matched(each, parts, "sum");
}

/** Rows that name the same orders and go the same way. */
function bySameOrder(rows: readonly RowToMatch[]): Map<string, RowToMatch[]> {
  const groups = new Map<string, RowToMatch[]>();
  for (const each of rows) {
    const names = orderNames(each.row.references).sort();
    if (names.length > 0) push(groups, `${Math.sign(each.row.gross)} ${each.row.currency} ${names.join(" ")}`, each);
  }
  return groups;
}

/** Several rows of an order for one payment of it. */
function severalRows(group: readonly RowToMatch[], book: PaymentBook): SettlementMatch[] {
  const first = group[0];
  if (first === undefined || group.length < 2) return [];
  const total = group.reduce((sum, { row }) => sum + row.gross, 0);
  const open = book.ofOrder(first.row).find(({ payment, left }) => payment.currency === first.row.currency && left === total && left !== 0);
  if (open === undefined) return [];
  open.left = 0;
  return group.map((each) => matched(each, [{ open, amount: each.row.gross }], "sum"));
}

function withinTolerance(each: RowToMatch, book: PaymentBook, { toleranceMinorUnits, lagDays }: MatchRules): SettlementMatch | undefined {
  const { row } = each;
  let best: Open | undefined;
  const off = ({ left }: Open) => Math.abs(row.gross - left);
  for (const open of book.ofOrder(row)) {
    if (open.left === 0 || open.payment.currency !== row.currency || !sameWay(row, open) || off(open) > toleranceMinorUnits) continue;
    if (Math.abs(daysBetween(open.payment.occurredAt.slice(0, 10), row.occurredAt.slice(0, 10))) > lagDays) continue;
    if (best === undefined || off(open) < off(best)) best = open;
  }
  if (best === undefined) return undefined;
  const difference = row.gross - best.left;
  best.left = 0;
  return matched(each, [{ open: best, amount: row.gross }], "tolerance", difference);
}

function matched(
  { settlement, row }: RowToMatch,
  parts: readonly { readonly open: Open; readonly amount: MinorUnits }[],
  way: MatchWay,
  difference = 0,
): SettlementMatch {
  const { entity } = parts[0]!.open.payment;
  return {
    settlement,
    outcome: "matched",
    parts: parts.map(({ open: { payment }, amount }) => ({
      sale: payment.sale,
      paymentId: payment.paymentId,
      amount,
      ...(payment.currency === row.currency ? {} : { sold: soldOf(row, payment) }),
    })),
    ...(entity === undefined ? {} : { entity }),
    way,
    confidence: confidenceOf[way],
    ...(difference === 0 ? {} : { difference, reason: "amount-mismatch" as const }),
  };
}

/** What the row says of a payment in the payment's own currency: the whole of it, so that what is beyond the payment stays in sight. */
function soldOf(row: SettlementRow, { currency, occurredAt }: SettleablePayment): NonNullable<SettledPart["sold"]> {
  return { amount: amountIn(row, currency) ?? 0, currency, occurredAt };
}

function unmatched({ settlement, row }: RowToMatch, book: PaymentBook): SettlementMatch {
  return { settlement, outcome: "unmatched", parts: [], reason: whyNot(row, book) };
}

function whyNot(row: SettlementRow, book: PaymentBook): MatchReason {
  const named = book.named(row);
  if (Object.keys(row.references).length === 0) return "unknown";
  if (named.length === 0) return "missing";
  const sameCurrency = named.filter((open) => amountIn(row, open.payment.currency) !== undefined);
  if (sameCurrency.length === 0) return "currency";
  const alike = sameCurrency.filter((open) => sameWay(row, open));
  if (alike.length === 0) return "missing";
  if (alike.every(({ left }) => left === 0)) return "duplicate";
  const fees = row.fees.reduce((total, fee) => total + fee.amount, 0);
  return fees !== 0 && alike.some(({ left }) => left === row.net || left === row.gross + fees) ? "fee" : "amount-mismatch";
}

/** A payment that its rows name and do not come up to: the last of them says by how much, and what of it is the gateway's by contract. */
function lastOfShortPayments(
  found: ReadonlyMap<string, SettlementMatch>,
  book: PaymentBook,
  rowOf: ReadonlyMap<string, SettlementRow>,
  rules: MatchRules,
): Map<string, SettlementMatch> {
  const short = new Map<string, SettlementMatch>();
  const last = new Map<string, SettlementMatch>();
  for (const match of found.values()) for (const { paymentId } of match.parts) last.set(paymentId, match);
  for (const [paymentId, match] of last) {
    const { payment, left } = book.get(paymentId)!;
    // Only by its name is a payment settled in part.
    if (left === 0) continue;
    const row = rowOf.get(match.settlement)!;
    const expected = rules.contractedFee?.(row, payment.amount);
    if (row.currency !== payment.currency) short.set(match.settlement, { ...match, reason: "amount-mismatch" });
    else if (expected === undefined) short.set(match.settlement, { ...match, difference: -left, reason: "amount-mismatch" });
    else short.set(match.settlement, keptByContract(match, paymentId, left, expected));
  }
  return short;
}

/** The payment is settled whole: what is missing is the fee, and what goes beyond the contract is asked of the gateway. */
function keptByContract(
  match: SettlementMatch,
  paymentId: string,
  left: MinorUnits,
  expected: { readonly amount: MinorUnits; readonly toleranceMinorUnits: MinorUnits },
): SettlementMatch {
  const parts = match.parts.map((part) => (part.paymentId === paymentId ? { ...part, amount: part.amount + left } : part));
  const beyond = left - expected.amount;
  if (Math.abs(beyond) <= expected.toleranceMinorUnits) return { ...match, parts, fee: left };
  return { ...match, parts, fee: expected.amount, difference: -beyond, reason: "fee" };
}

function push<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
