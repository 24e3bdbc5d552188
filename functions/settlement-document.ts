import type { BusinessEvent } from "#domain/events";
import { bankLineTransaction, eventKey, payoutTransaction, settlementRowTransaction, sourceKey } from "#domain/identity";
import type { AwaitedReference, DocumentItem, ParsedDocument, Reference } from "#domain/lineage";
import type { Policy } from "#domain/policy";
import { bankMovement, payoutAmount, type SettlementPart, type SettlementPayout, type SettlementRow } from "#domain/settlement";

/**
 * What a part of a settlement or statement becomes: one fact of its own stream, with the names that it can be found by. `version` is the
 * instant at which its file came: of two statements of one row, the later file counts.
 */
export function settlementDocument(part: SettlementPart, version: string, policy: Policy): ParsedDocument {
  switch (part.kind) {
    case "row":
      return rowDocument(part.row, version);
    case "payout":
      return payoutDocument(part, version, policy);
    case "line":
      return lineDocument(part, version);
  }
}

function rowDocument(row: SettlementRow, version: string): ParsedDocument {
  const event: BusinessEvent = {
    name: "settlement.recorded",
    schema: 1,
    key: eventKey("settlement.recorded", row.id),
    version,
    occurredAt: row.occurredAt,
    row,
  };
  return {
    transaction: settlementRowTransaction(row.source, row.account, row.id),
    kind: "settlement-row",
    source: sourceKey(row.source, row.account, "row", row.id),
    channel: row.source,
    shop: row.account,
    events: [event],
    references: rowReferences(row),
    issues: [],
  };
}

/** Names of their own: whoever looks for a sale by its order or payment finds the sale, and not what settled it. */
function rowReferences(row: SettlementRow): readonly Reference[] {
  const { references, source, account, payoutId, occurredAt } = row;
  const orders = [references.orderId, references.orderName, references.merchantReference];
  const payments = [references.transactionId, references.paymentId, references.pspReference, references.refundId];
  return [
    ...distinct(orders).map((value) => ({ type: "settled-order", value }) as const),
    ...distinct(payments).map((value) => ({ type: "settled-payment", value }) as const),
    ...(payoutId === undefined ? [] : [rowsOfPayout({ source, account, id: payoutId })]),
    ...(references.terminalId === undefined ? [] : [terminalDay(references.terminalId, occurredAt.slice(0, 10))]),
    ...(row.nature === "conversion" ? conversionNames(row) : []),
  ];
}

/** What the rows of a payout can be found by. */
export function rowsOfPayout({ source, account, id }: Pick<SettlementPayout, "source" | "account" | "id">): Reference {
  return { type: "settled-payout", value: payoutTransaction(source, account, id) };
}

/** What the two legs of a conversion find each other by: the instant, the row that both are for, and one of them by its own id. */
export function conversionNames({ source, account, id, occurredAt, references }: SettlementRow): readonly AwaitedReference[] {
  const named = [`at ${occurredAt}`, `of ${id}`, ...(references.relatedRowId === undefined ? [] : [`of ${references.relatedRowId}`])];
  return named.map((name) => ({ type: "conversion", value: `${source} ${account} ${name}` }));
}

/** What rows of one terminal and day (of UTC) find each other by. */
export function terminalDay(terminalId: string, day: string): Reference {
  return { type: "settled-order", value: `terminal ${terminalId} ${day}` };
}

function payoutDocument(
  { payout, rows, unlisted }: Extract<SettlementPart, { kind: "payout" }>,
  receivedAt: string,
  policy: Policy,
): ParsedDocument {
  const { source, account, id, issuedOn, currency, net, netFrom, traceId } = payout;
  // Where the rows of one file are all that says what a payout comes to, the file with more of them counts.
  const version = netFrom === "rows" ? `${String(rows?.count ?? 0).padStart(9, "0")} ${receivedAt}` : receivedAt;
  const event: BusinessEvent = {
    name: "payout.stated",
    schema: 1,
    key: eventKey("payout.stated", id),
    version,
    occurredAt: `${issuedOn}T00:00:00.000Z`,
    payout,
    ...(rows === undefined ? {} : { rows }),
    unlisted,
  };
  const bank = policy.gatewayAccounts?.[account]?.bankAccount;
  return {
    transaction: payoutTransaction(source, account, id),
    kind: "payout",
    source: sourceKey(source, account, "payout", id),
    channel: source,
    shop: account,
    events: [event],
    references: [
      { type: "payout", value: id },
      ...(traceId === undefined ? [] : [{ type: "trace", value: traceId } as const]),
      ...(bank === undefined || net === 0 ? [] : [payoutAmount(bank, currency, net)]),
    ],
    issues: [],
  };
}

function lineDocument({ line, words }: Extract<SettlementPart, { kind: "line" }>, version: string): ParsedDocument {
  const event: BusinessEvent = {
    name: "bank-line.booked",
    schema: 1,
    key: eventKey("bank-line.booked", line.id),
    version,
    occurredAt: `${line.bookedOn}T00:00:00.000Z`,
    line,
    words: [...words],
  };
  return {
    transaction: bankLineTransaction(line.account, line.id),
    kind: "bank-line",
    source: sourceKey("bank", line.account, "line", line.id),
    channel: "bank",
    shop: line.account,
    events: [event],
    references: [bankMovement(line.account, line)],
    issues: [],
  };
}

/** A row that says that a payout came back also tells the payout, whose stream books it (c25). */
export function returnedPayout(row: SettlementRow, version: string, policy: Policy): ParsedDocument | undefined {
  const payoutId = row.references.pspReference;
  if (row.nature !== "payout-returned" || payoutId === undefined) return undefined;
  const bank = policy.gatewayAccounts?.[row.account]?.bankAccount;
  const event: BusinessEvent = {
    name: "payout.returned",
    schema: 1,
    key: eventKey("payout.returned", payoutId),
    version,
    occurredAt: row.occurredAt,
    payoutId,
    amount: row.gross,
    currency: row.currency,
    settlement: settlementRowTransaction(row.source, row.account, row.id),
  };
  return {
    transaction: payoutTransaction(row.source, row.account, payoutId),
    kind: "payout",
    source: sourceKey(row.source, row.account, "payout-returned", row.id),
    channel: row.source,
    shop: row.account,
    events: [event],
    references: [{ type: "payout", value: payoutId }, ...(bank === undefined ? [] : [payoutAmount(bank, row.currency, -row.gross)])],
    issues: [],
  };
}

/** Of the documents of one source: the one that counts now, by version. */
export function latestOf(documents: readonly DocumentItem[], source: string): DocumentItem | undefined {
  let latest: DocumentItem | undefined;
  for (const document of documents) {
    if (document.source !== source) continue;
    if (latest === undefined || versionOf(document) > versionOf(latest)) latest = document;
  }
  return latest;
}

export function versionOf(document: DocumentItem): string {
  return document.events[0]?.version ?? "";
}

function distinct(values: readonly (string | undefined)[]): string[] {
  return [...new Set(values.filter((value) => value !== undefined))];
}
