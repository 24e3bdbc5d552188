import { addDays } from "#domain/calendar";
import { contentHash } from "#domain/canonical";
import type { EventOf } from "#domain/events";
import { eventKey, settlementRowTransaction, sourceKey, type TransactionId } from "#domain/identity";
import type { DocumentItem, Reference, TransactionView } from "#domain/lineage";
import { bankAccountByNumber, gatewayAccountFor, type Policy } from "#domain/policy";
import { type BankLineMatch, matchBankLine, type PayoutMovement } from "#domain/settlement";
import { readTransaction } from "./read-transaction.ts";
import { factNamed, factsOf, foundDocument, insertInOrder, type MatchOutcome, type MatchPorts, matchVersion } from "./record-match.ts";
import { payoutAmount } from "./settlement-document.ts";

const candidatesMax = 100;
/** Words of a line that are looked up and waited for. */
const wordsMax = 20;

/**
 * Looks for the payouts that a bank line shows. The line waits for each of its words and for its amount before it looks: whichever comes
 * later, payout or line, finds the other. What it finds is told to the payout first, then recorded in the line's own stream.
 */
export async function matchOneBankLine(ports: MatchPorts, view: TransactionView, lookedAt: string): Promise<MatchOutcome> {
  const { clock, policy, references, lineage } = ports;
  const { transaction } = view;
  const facts = factsOf(view);
  const booked = factNamed(facts, "bank-line.booked");
  const bank = booked === undefined ? undefined : bankAccountByNumber(policy, booked.line.account);
  if (booked === undefined || bank === undefined) return "none";
  const { line } = booked;
  const words = [...new Set([...Object.values(line.references).filter((word) => word !== undefined), ...booked.words])].slice(0, wordsMax);
  const names: Reference[] = [
    ...words.flatMap((value): Reference[] => [
      { type: "trace", value },
      { type: "payout", value },
    ]),
    payoutAmount(bank.id, line.currency, line.amount),
  ];
  for (const name of names) await references.wait(name, transaction);
  const found = new Set<TransactionId>();
  for (const { type, value } of names) {
    for (const each of await references.find(type, value)) if (each.startsWith("payout:")) found.add(each);
  }
  const payouts = await Promise.all(
    [...found]
      .sort()
      .slice(0, candidatesMax)
      .map((each) => readTransaction(lineage, each)),
  );
  const open = payouts.flatMap((payout) => movementsOf(payout, transaction, policy, bank.id, line.currency));
  const upper = words.map((word) => word.toUpperCase());
  const match = matchBankLine({ amount: line.amount, bookedOn: line.bookedOn, words: upper }, open);
  const before = factNamed(facts, "bank-line.matched");
  if (before !== undefined && sayingOf(before) === sayingOf(match)) return "none";
  const version = matchVersion(lookedAt, match);
  const told = bankedDocuments(booked, transaction, match, before, payouts, version, clock.now());
  const released = match.payouts.flatMap(({ payout }) =>
    releasedRows(
      payouts.find((each) => each.transaction === payout),
      booked.occurredAt,
      lookedAt,
      clock.now(),
    ),
  );
  await insertInOrder(lineage, [told, released, [matchDocument(booked, transaction, match, version, clock.now())]]);
  return match.outcome;
}

/** What a payout sent to this bank account or took back, and no other line shows. */
function movementsOf(
  view: TransactionView,
  ownLine: TransactionId,
  policy: Policy,
  bankAccount: string,
  currency: string,
): PayoutMovement[] {
  const facts = factsOf(view);
  const stated = factNamed(facts, "payout.stated");
  if (stated === undefined) return [];
  const { payout } = stated;
  const account = gatewayAccountFor(policy, payout.source, payout.account);
  if (account?.bankAccount !== bankAccount || payout.currency !== currency || payout.status === "cancelled") return [];
  const taken = facts.flatMap((event) =>
    event.name === "payout.banked" && event.bankLine !== ownLine && event.amount !== 0 ? [Math.sign(event.amount)] : [],
  );
  const common = {
    payout: view.transaction,
    payoutId: payout.id,
    names: [payout.id, payout.traceId].filter((name) => name !== undefined).map((name) => name.toUpperCase()),
    lagDays: account.lagDays,
  };
  const movements: PayoutMovement[] = [{ ...common, amount: payout.net, expectedOn: payout.arrivesOn ?? payout.issuedOn }];
  const returned = factNamed(facts, "payout.returned");
  if (returned !== undefined) movements.push({ ...common, amount: -returned.amount, expectedOn: returned.occurredAt.slice(0, 10) });
  else if (payout.status === "failed") movements.push({ ...common, amount: -payout.net, expectedOn: addDays(payout.issuedOn, 1) });
  return movements.filter(({ amount }) => amount !== 0 && !taken.includes(Math.sign(amount)));
}

function sayingOf({ outcome, payouts, way, difference, reason }: BankLineMatch | EventOf<"bank-line.matched">): string {
  return contentHash({ outcome, payouts, way, difference, reason });
}

function matchDocument(
  { line, occurredAt }: EventOf<"bank-line.booked">,
  transaction: TransactionId,
  match: BankLineMatch,
  version: string,
  at: string,
): DocumentItem {
  const event: EventOf<"bank-line.matched"> = {
    name: "bank-line.matched",
    schema: 1,
    key: eventKey("bank-line.matched", line.id),
    version,
    occurredAt,
    ...match,
    payouts: match.payouts.map((payout) => ({ ...payout })),
  };
  const source = sourceKey("bank", line.account, "match", line.id);
  return foundDocument({ transaction, kind: "bank-line", source, channel: "bank", shop: line.account, events: [event] }, at);
}

/** Tells each payout that the bank shows it, and takes back what was told before and is no longer so. */
function bankedDocuments(
  { line, occurredAt }: EventOf<"bank-line.booked">,
  bankLine: TransactionId,
  match: BankLineMatch,
  before: EventOf<"bank-line.matched"> | undefined,
  views: readonly TransactionView[],
  version: string,
  at: string,
): DocumentItem[] {
  const now = new Set(match.payouts.map(({ payout }) => payout));
  const gone = (before?.payouts ?? []).filter(({ payout }) => !now.has(payout)).map((payout) => ({ ...payout, amount: 0 }));
  return [...match.payouts, ...gone].map(({ payout, payoutId, amount }) => {
    const id = contentHash({ bankLine, payout }).slice(0, 32);
    const event: EventOf<"payout.banked"> = {
      name: "payout.banked",
      schema: 1,
      key: eventKey("payout.banked", id),
      version,
      occurredAt,
      payoutId,
      bankLine,
      amount,
      currency: line.currency,
      bookedOn: line.bookedOn,
    };
    const [, channel = "", shop = ""] = payout.split(":").map(decodeURIComponent);
    const first = views.find((view) => view.transaction === payout)?.documents[0];
    const source = sourceKey("bank", line.account, "banked", id);
    const place = { channel: first?.channel ?? channel, shop: first?.shop ?? shop };
    return foundDocument({ transaction: payout, kind: "payout", source, ...place, events: [event] }, at);
  });
}

/** c23: the money is in the bank, so that rows of unlisted types have waited long enough. Told once: the same fact whichever line says it. */
function releasedRows(payout: TransactionView | undefined, occurredAt: string, version: string, at: string): DocumentItem[] {
  const stated = payout === undefined ? undefined : factNamed(factsOf(payout), "payout.stated");
  if (stated === undefined) return [];
  const { source, account, id } = stated.payout;
  return stated.unlisted.map((rowId) => {
    const event: EventOf<"settlement.released"> = {
      name: "settlement.released",
      schema: 1,
      key: eventKey("settlement.released", rowId),
      version,
      occurredAt,
      because: "bank-line",
      payoutId: id,
    };
    const transaction = settlementRowTransaction(source, account, rowId);
    const key = sourceKey(source, account, "released", rowId);
    return foundDocument({ transaction, kind: "settlement-row", source: key, channel: source, shop: account, events: [event] }, at);
  });
}
