/**
 * Every id is derived from a natural key, so a retry makes the same id and a fact finds its stream in any order of arrival.
 * Parts are separated by ":"; "/" separates the parts of a document key, "#" those of a lineage key, "@" the plan number.
 */

/**
 * Names one stream: `sale:shopify:<shop>:<order id>`, `sale:pos:<store>:<register>:<business day>:<sequence>`, `file:<channel>:<hash>`,
 * `transfer:<channel>:<shop>:<id>`, `stored-value:<channel>:<shop>:<gift-card, store-credit or loyalty>:<id>`, `dispute:…` for a dispute without an
 * order, `settlement-row:<source>:<account>:<row id>`, `payout:<source>:<account>:<payout id>`, `bank-line:<account number>:<line id>`,
 * `store-day:pos:<store>:<business day>`, `window:<channel>:<place>:<span>`, `stock:pos:<store>:<register>:<business day>:<sequence>`,
 * `account:pos:<deposit or receivable>:<id>`, `certificate:hub:money:<day>`,
 * `period:<channel>:<entity>:<period>`, `source:…` for a notice whose stream is not known yet, `privacy:…` for a request about
 * personal data.
 */
export type TransactionId = string;
/** Names one event within its stream: `<event name>:<native id>`. */
export type EventKey = string;
/** Names one resource of a channel, never a topic or a delivery: `<channel>:<shop or store>:<resource>:<id>`. */
export type SourceKey = string;
/** `<transaction>/<event key>/<document kind>/<entity>/<currency>`: one event may cause several documents. */
export type DocumentKey = string;

/** What a stream is about: the first part of its id. */
export const streamKinds = [
  "sale",
  "file",
  "transfer",
  "stored-value",
  "dispute",
  "settlement-row",
  "payout",
  "bank-line",
  "source",
  "privacy",
  "store-day",
  "window",
  "stock",
  "account",
  "certificate",
  "period",
] as const;
export type StreamKind = (typeof streamKinds)[number];

/** Whether a text can name a stream; every other name of one is a reference. */
export function isTransactionId(text: string): boolean {
  return streamKinds.some((kind) => text.startsWith(`${kind}:`));
}

/** Where a stream belongs. `place` is the shop or store. Throws RangeError for what names no stream. */
export function streamOf(transaction: TransactionId): { readonly kind: StreamKind; readonly channel: string; readonly place: string } {
  const [first, channel = "", place = ""] = transaction.split(":").map(decodeURIComponent);
  const kind = streamKinds.find((each) => each === first);
  if (kind === undefined)
    throw new RangeError(`"${transaction.slice(0, 200)}" names no stream: its first part is none of ${streamKinds.join(", ")}`);
  return { kind, channel, place };
}

/** A native id made safe as a part of a key: the separators and anything unprintable are percent-encoded. At most 120 characters. */
function idPart(nativeId: string): string {
  if (nativeId.length === 0 || nativeId.length > 120) throw new RangeError(`an id has 1 to 120 characters, not ${nativeId.length}`);
  return /^[A-Za-z0-9._-]+$/.test(nativeId) ? nativeId : encodeURIComponent(nativeId);
}

export function orderTransaction(channel: string, shop: string, orderId: string): TransactionId {
  return `sale:${idPart(channel)}:${idPart(shop)}:${idPart(orderId)}`;
}

/** `businessDay` is YYYY-MM-DD. */
export function ticketTransaction(store: string, register: string, businessDay: string, sequence: string): TransactionId {
  return `sale:pos:${idPart(store)}:${idPart(register)}:${idPart(businessDay)}:${idPart(sequence)}`;
}

/** `hash` is the SHA-256 of the file's bytes: the same file under another name is the same stream. */
export function fileTransaction(channel: string, hash: string): TransactionId {
  return `file:${idPart(channel)}:${idPart(hash)}`;
}

/** Goods on their way between two of our places. */
export function transferTransaction(channel: string, shop: string, transferId: string): TransactionId {
  return `transfer:${idPart(channel)}:${idPart(shop)}:${idPart(transferId)}`;
}

/**
 * Goods between two of our places as their tills tell it: both ends state the number of the transfer's document, and neither always names
 * the other, so the number alone names the stream.
 */
export function storeTransferTransaction(document: string): TransactionId {
  return transferTransaction("pos", "stores", document);
}

/** What one transaction of a till did to the stock of its store. `businessDay` is YYYY-MM-DD. */
export function stockTransaction(store: string, register: string, businessDay: string, sequence: string): TransactionId {
  return `stock:pos:${idPart(store)}:${idPart(register)}:${idPart(businessDay)}:${idPart(sequence)}`;
}

/** The deposit of one layaway, or what one customer owes on account; `nativeId` is the tills' id of it, unique over all stores. */
export function accountTransaction(kind: "deposit" | "receivable", nativeId: string): TransactionId {
  return `account:pos:${kind}:${idPart(nativeId)}`;
}

/** One gift card, one customer's credit, or one member's points. */
export function storedValueTransaction(
  channel: string,
  shop: string,
  kind: "gift-card" | "store-credit" | "loyalty",
  nativeId: string,
): TransactionId {
  return `stored-value:${idPart(channel)}:${idPart(shop)}:${kind}:${idPart(nativeId)}`;
}

/** A dispute of a charge that belongs to no order of ours; one that does is a fact of its sale. */
export function disputeTransaction(channel: string, shop: string, disputeId: string): TransactionId {
  return `dispute:${idPart(channel)}:${idPart(shop)}:${idPart(disputeId)}`;
}

/** One row of a settlement: it posts before its payout is known. `account` is our id of the gateway account. */
export function settlementRowTransaction(source: string, account: string, rowId: string): TransactionId {
  return `settlement-row:${idPart(source)}:${idPart(account)}:${idPart(rowId)}`;
}

/** Money that a gateway sends to the bank. */
export function payoutTransaction(source: string, account: string, payoutId: string): TransactionId {
  return `payout:${idPart(source)}:${idPart(account)}:${idPart(payoutId)}`;
}

/** One movement of an account at a bank; `number` is the IBAN, or the number as the bank writes it. */
export function bankLineTransaction(number: string, lineId: string): TransactionId {
  return `bank-line:${idPart(number)}:${idPart(lineId)}`;
}

/** Notices about one object of a source that do not say which sale it belongs to. */
export function sourceTransaction(channel: string, shop: string, resource: string, nativeId: string): TransactionId {
  return `source:${idPart(channel)}:${idPart(shop)}:${idPart(resource)}:${idPart(nativeId)}`;
}

/** A request about personal data; `requestId` is its own id, or a hash of what it asks. */
export function privacyTransaction(channel: string, shop: string, requestId: string): TransactionId {
  return `privacy:${idPart(channel)}:${idPart(shop)}:${idPart(requestId)}`;
}

/** The day of a store: its tickets contribute to it where they are posted as a summary. `businessDay` is YYYY-MM-DD. */
export function storeDayTransaction(store: string, businessDay: string): TransactionId {
  return `store-day:pos:${idPart(store)}:${idPart(businessDay)}`;
}

/** One hour or minute of a channel without store days; `span` is YYYY-MM-DDTHH or YYYY-MM-DDTHHMM, in UTC. */
export function windowTransaction(channel: string, place: string, span: string): TransactionId {
  return `window:${idPart(channel)}:${idPart(place)}:${idPart(span)}`;
}

/** What a period of an entity expects of one channel when it ends. `period` is its id in the entity's calendar, such as 2026-11. */
export function periodTransaction(channel: string, entity: string, period: string): TransactionId {
  return `period:${idPart(channel)}:${idPart(entity)}:${idPart(period)}`;
}

/** What was certified about the money of one day. `day` is YYYY-MM-DD. */
export function certificateTransaction(day: string): TransactionId {
  return `certificate:hub:money:${idPart(day)}`;
}

export function sourceKey(channel: string, shop: string, resource: string, id: string): SourceKey {
  return `${idPart(channel)}:${idPart(shop)}:${idPart(resource)}:${idPart(id)}`;
}

export function eventKey(name: string, nativeId: string): EventKey {
  return `${name}:${idPart(nativeId)}`;
}

export function documentKey(transaction: TransactionId, event: EventKey, kind: string, entity: string, currency: string): DocumentKey {
  return `${transaction}/${event}/${kind}/${idPart(entity)}/${currency}`;
}

/** The ERP key of a reversal, derived from that of the document it reverses. */
export function reversalKey(erpKey: string): string {
  return `${erpKey}/reversal`;
}

export function isReversal(erpKey: string): boolean {
  return erpKey.endsWith("/reversal");
}
