import { businessDateIn } from "#domain/calendar";
import { contentHash } from "#domain/canonical";
import type { BusinessEvent, EventOf } from "#domain/events";
import { eventKey, sourceKey, type TransactionId } from "#domain/identity";
import { type AwaitedReference, type DocumentItem, isAwaited, type Reference, type TransactionView } from "#domain/lineage";
import type { MinorUnits } from "#domain/money";
import {
  classOfBalanceType,
  contractedFee,
  type GatewayAccountPolicy,
  gatewayAccountFor,
  type Policy,
  type TerminalClose,
  terminalClose,
  toleranceFor,
} from "#domain/policy";
import { isBatch, matchSettlement, type SettlementMatch, type SettlementRow } from "#domain/settlement";
import { matchConversion } from "./match-conversion.ts";
import { readInBatches } from "./read-in-batches.ts";
import { readTransaction } from "./read-transaction.ts";
import { factNamed, factsOf, foundDocument, insertInOrder, type MatchOutcome, type MatchPorts, matchVersion } from "./record-match.ts";
import { paymentsOf } from "./settleable-payments.ts";
import { isOfAnotherDay, type KnownRow, rowIn, rowsBeside, salesMax, ticketsBeside } from "./settlement-neighbours.ts";

type Matched = EventOf<"settlement.matched">;

/**
 * Looks for the payments that a row settles, together with all other rows that name the same order or payment, so that the answer does not
 * depend on which of them comes first. The row waits for each name before it looks: whichever comes later, row or sale, finds the other.
 * The batches of a terminal on the days around take of the same payments, and each of them needs a look of its own, over its own days.
 * `lookedAt` is an instant from before `view` was read.
 */
export async function matchOneSettlementRow(ports: MatchPorts, view: TransactionView, lookedAt: string): Promise<MatchOutcome> {
  return lookAt(ports, view, lookedAt, async (neighbours) => {
    for (const neighbour of neighbours) {
      const at = ports.clock.now();
      await lookAt(ports, await readTransaction(ports.lineage, neighbour), at, async () => {});
    }
  });
}

/** `besideToo` is given the batches of the same terminal on the days around, before anything is said of the row. */
async function lookAt(
  ports: MatchPorts,
  view: TransactionView,
  lookedAt: string,
  besideToo: (neighbours: readonly TransactionId[]) => Promise<void>,
): Promise<MatchOutcome> {
  const { clock, policy, references } = ports;
  const { transaction } = view;
  const own = rowIn(view);
  if (own === undefined) return "none";
  const rowClass = own.row.class ?? classOfBalanceType(policy, own.row.source, own.row.type);
  if (own.row.nature === "conversion") return matchConversion(ports, view, own.row, lookedAt);
  if (rowClass !== "sale_refund" && rowClass !== "dispute") return "none";
  const names = namesOf(own.row, terminalClose(policy, own.row));
  for (const name of names) await references.wait(name, transaction);
  let sales = await salesNamed(ports, names);
  if (rowClass === "dispute") {
    if (await waitForOrders(ports, own, sales)) sales = await salesNamed(ports, names);
    return matchDispute(ports, own, sales, lookedAt);
  }
  let found = await matchWith(ports, own, sales);
  // The order is here and its payment is not: payments name the order by its id, which few rows do. Read again after the wait is written.
  if (found.matches[0]?.outcome !== "matched" && (await waitForOrders(ports, own, sales))) {
    sales = await salesNamed(ports, names);
    found = await matchWith(ports, own, sales);
  }
  const { rows, matches, read } = found;
  const told = toldIn(read);
  const isBeside = ({ row }: KnownRow) => isOfAnotherDay(policy, row, own.row);
  // They come first: a crash between leaves this row as it was, and the next look repeats.
  if (!isSaidOf(own, matches[0]!))
    await besideToo(rows.filter((each) => isBeside(each) && isBatch(each.row)).map((each) => each.transaction));
  let outcome: MatchOutcome = "none";
  for (const [index, match] of matches.entries()) {
    const known = rows[index]!;
    if (isBeside(known)) continue;
    const before = factNamed(known.facts, "settlement.matched");
    const isSaid = isSaidOf(known, match);
    const said = { match, row: known.row };
    const settled = settledDocuments(ports, known, match, before, read, matchVersion(lookedAt, said));
    if (isSaid) {
      // The row settles what it did before, and may say something else of it: its payout, or its fee.
      await insertInOrder(ports.lineage, [settled.filter(({ events }) => !events.every((event) => told.has(tellingOf(event))))]);
      continue;
    }
    await insertInOrder(ports.lineage, [settled, [matchDocument(known, match, matchVersion(lookedAt, match), clock.now())]]);
    if (known.transaction === transaction) outcome = match.outcome;
  }
  return outcome;
}

function isSaidOf({ facts }: KnownRow, match: SettlementMatch): boolean {
  const before = factNamed(facts, "settlement.matched");
  return before !== undefined && sayingOf(before) === sayingOf(match);
}

/** What these sales were told of their settlement and still stands. */
function toldIn(sales: readonly TransactionView[]): ReadonlySet<string> {
  const facts = sales.flatMap((sale) => factsOf(sale).filter(({ name }) => name === "payment.settled"));
  return new Set(facts.map(tellingOf));
}

/** A fact without when it was found. */
function tellingOf(event: BusinessEvent): string {
  return contentHash({ ...event, version: "" });
}

/** Whether there are orders to wait for: those of the sales that were found, by the ids that all of their documents name. */
async function waitForOrders({ references }: MatchPorts, own: KnownRow, sales: readonly TransactionView[]): Promise<boolean> {
  const named = sales.flatMap(({ documents }) => documents).flatMap((each) => each.references.filter(isAwaited));
  const orders = new Map(named.filter(({ type }) => type === "order").map((each) => [each.value, each]));
  for (const order of orders.values()) await references.wait(order, own.transaction);
  return orders.size > 0;
}

/** The row first, then all others that could settle what it settles, each with its match. */
async function matchWith(
  ports: MatchPorts,
  own: KnownRow,
  sales: readonly TransactionView[],
): Promise<{
  readonly rows: readonly KnownRow[];
  readonly matches: readonly SettlementMatch[];
  readonly read: readonly TransactionView[];
}> {
  const { policy } = ports;
  const rows = await rowsBeside(ports, own, sales);
  const read = [...sales, ...(await ticketsBeside(ports, own, rows, sales))];
  const account = gatewayAccountFor(policy, own.row.source, own.row.account);
  const payments = read.flatMap((sale) => paymentsOf(sale, policy, account?.clearing.gateway));
  const entity = account?.entity ?? "";
  const rules = {
    toleranceMinorUnits: toleranceFor(policy, "settlementMatch", { entity, day: own.row.occurredAt.slice(0, 10) }),
    lagDays: account?.lagDays ?? 0,
    ...(account?.feeContract?.states === "net-only" ? { contractedFee: keptOf(account, policy) } : {}),
  };
  const matches = matchSettlement(
    rows.map(({ transaction: settlement, row }) => ({ settlement, row, ...terminalClose(policy, row) })),
    payments,
    rules,
  );
  return { rows, matches, read };
}

/** Names of the sale, as its own documents announce them. */
function namesOf(row: SettlementRow, close: TerminalClose | undefined): readonly AwaitedReference[] {
  const { references } = row;
  const names: (readonly [AwaitedReference["type"], string | undefined])[] = [
    ["payment", references.transactionId],
    ["gateway-reference", references.paymentId],
    ["gateway-reference", references.pspReference],
    ["order", references.orderId],
    ["order-name", references.orderName],
    ["order-name", references.merchantReference],
    ["ticket", references.merchantReference],
    ["receipt", references.merchantReference],
    ["dispute", references.disputeId],
  ];
  // A card after midnight may count to the day before by the till, and a batch goes back to yesterday's close.
  const tills = close?.tills.slice(0, isBatch(row) ? 3 : 2) ?? [];
  return [
    ...names.flatMap(([type, value]) => (value === undefined ? [] : [{ type, value }])),
    ...tills.map((value): AwaitedReference => ({ type: "till-day", value })),
  ];
}

async function salesNamed({ references, lineage }: MatchPorts, names: readonly Reference[]): Promise<readonly TransactionView[]> {
  const found = new Set<TransactionId>();
  for (const { type, value } of names) {
    for (const transaction of await references.find(type, value)) if (/^(?:sale|dispute):/.test(transaction)) found.add(transaction);
  }
  return readInBatches(lineage, [...found].sort().slice(0, salesMax), (view) => view);
}

/** What a gateway that states no fees keeps of a payment, by its contract on the day of the row (c24). */
function keptOf({ feeContract, entity }: GatewayAccountPolicy, policy: Policy) {
  const timeZone = policy.entities[entity]?.timeZone ?? "UTC";
  return (row: SettlementRow, gross: MinorUnits) =>
    contractedFee(feeContract, { ...row, gross, day: businessDateIn(timeZone, row.occurredAt) });
}

/** What a match says, without when it was found. */
function sayingOf(match: SettlementMatch | Matched): string {
  const { outcome, parts, entity, way, fee, difference, reason } = match;
  const dispute = "dispute" in match ? match.dispute : undefined;
  return contentHash({ outcome, parts, entity, way, fee, difference, reason, dispute });
}

function matchDocument(
  { transaction, row }: KnownRow,
  match: Omit<SettlementMatch, "settlement"> & Pick<Matched, "dispute">,
  version: string,
  at: string,
): DocumentItem {
  const { outcome, parts, entity, way, confidence, fee, difference, reason, dispute } = match;
  const event: Matched = {
    name: "settlement.matched",
    schema: 1,
    key: eventKey("settlement.matched", row.id),
    version,
    occurredAt: dispute?.closedAt ?? row.occurredAt,
    outcome,
    parts: parts.map((part) => ({ ...part })),
    ...(entity === undefined ? {} : { entity }),
    ...(way === undefined ? {} : { way }),
    ...(confidence === undefined ? {} : { confidence }),
    ...(fee === undefined ? {} : { fee }),
    ...(difference === undefined ? {} : { difference }),
    ...(reason === undefined ? {} : { reason }),
    ...(dispute === undefined ? {} : { dispute }),
  };
  const source = sourceKey(row.source, row.account, "match", row.id);
  return foundDocument({ transaction, kind: "settlement-row", source, channel: row.source, shop: row.account, events: [event] }, at);
}

/** Tells each sale what of it is settled, and takes back what was told before and is no longer so. */
function settledDocuments(
  { clock }: MatchPorts,
  { transaction, row }: KnownRow,
  match: SettlementMatch,
  before: Matched | undefined,
  sales: readonly TransactionView[],
  version: string,
): DocumentItem[] {
  const fee = row.fees.reduce((total, part) => total + part.amount, match.fee ?? 0);
  const now = new Map(match.parts.map((part) => [`${part.sale} ${part.paymentId}`, part]));
  const gone = (before?.parts ?? []).filter((part) => !now.has(`${part.sale} ${part.paymentId}`)).map((part) => ({ ...part, amount: 0 }));
  return [...match.parts, ...gone].flatMap((part) => {
    const first = sales.find((sale) => sale.transaction === part.sale)?.documents[0];
    const [, channel = "", shop = ""] = part.sale.split(":").map(decodeURIComponent);
    const id = contentHash({ transaction, paymentId: part.paymentId }).slice(0, 32);
    const event: EventOf<"payment.settled"> = {
      name: "payment.settled",
      schema: 1,
      key: eventKey("payment.settled", id),
      version,
      occurredAt: row.occurredAt,
      settlement: transaction,
      paymentId: part.paymentId,
      amount: part.amount,
      fee,
      currency: row.currency,
      ...(row.payoutId === undefined ? {} : { payoutId: row.payoutId }),
      way: match.way ?? before?.way ?? "order-and-amount",
      confidence: match.confidence ?? 0,
    };
    const source = sourceKey(row.source, row.account, "settled", id);
    const place = { channel: first?.channel ?? channel, shop: first?.shop ?? shop };
    return [foundDocument({ transaction: part.sale, kind: "sale", source, ...place, events: [event] }, clock.now())];
  });
}

/** How the dispute that a row is about ended, as soon as a webhook has said it (c26): by its id, else by its order and amount. */
async function matchDispute(ports: MatchPorts, own: KnownRow, sales: readonly TransactionView[], lookedAt: string): Promise<MatchOutcome> {
  const facts = sales.flatMap(factsOf);
  const { disputeId } = own.row.references;
  const all = facts.filter((event) => event.name === "dispute.opened");
  // A gateway that is not the shop's own has a name of its own for the dispute, which the shop does not know.
  const opened = all.find((event) => event.disputeId === disputeId) ?? all.find(({ amount }) => amount === Math.abs(own.row.gross));
  const closed = facts.find((event) => event.name === "dispute.closed" && event.disputeId === (opened?.disputeId ?? disputeId)) as
    | EventOf<"dispute.closed">
    | undefined;
  if (opened === undefined && closed === undefined) return "none";
  const dispute = closed === undefined ? {} : { dispute: { outcome: closed.outcome, fraud: isFraud(opened), closedAt: closed.occurredAt } };
  const match = { outcome: "matched" as const, parts: [], ...dispute };
  const before = factNamed(own.facts, "settlement.matched");
  if (before !== undefined && sayingOf(before) === sayingOf({ settlement: own.transaction, ...match })) return "none";
  await insertInOrder(ports.lineage, [[matchDocument(own, match, matchVersion(lookedAt, match), ports.clock.now())]]);
  return "matched";
}

/** Whether the cardholder says that it was not them; otherwise the goods are the reason. */
function isFraud(opened: EventOf<"dispute.opened"> | undefined): boolean {
  return opened?.reason === "fraudulent" || opened?.reason === "unrecognized";
}
