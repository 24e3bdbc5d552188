import { addDays } from "#domain/calendar";
import { contentHash } from "#domain/canonical";
import type { EventOf } from "#domain/events";
import { Unavailable } from "#domain/failures";
import { eventKey, settlementRowTransaction, sourceKey, type TransactionId } from "#domain/identity";
import type { DocumentItem, Reference, TransactionView } from "#domain/lineage";
import { bankAccountByNumber, gatewayAccountFor, type Policy } from "#domain/policy";
import { type BankLineMatch, type LineToMatch, matchBankLines, type PayoutMovement, payoutAmount } from "#domain/settlement";
import { readTransaction } from "./read-transaction.ts";
import { factNamed, factsOf, foundDocument, insertInOrder, type MatchOutcome, type MatchPorts, matchVersion } from "./record-match.ts";

const candidatesMax = 100;
/** Words of a line that are looked up and waited for. */
const wordsMax = 20;
/** Looks until nobody else claims the same payout meanwhile. */
const looksMax = 5;

type Booked = EventOf<"bank-line.booked">;
type Matched = EventOf<"bank-line.matched">;

interface KnownLine {
  readonly transaction: TransactionId;
  readonly booked: Booked;
  readonly before: Matched | undefined;
}

/**
 * Looks for the payouts that a bank line shows. The line waits for each of its words and for its amount before it looks: whichever comes
 * later, payout or line, finds the other. What it finds is told to the payout first, then recorded in the line's own stream. Lines that
 * claim the same payouts are matched together, whichever of them asks, so that the answer does not depend on who came first; who claims
 * one while this look goes on is found by reading the payouts once more after they were told.
 */
export async function matchOneBankLine(ports: MatchPorts, view: TransactionView, lookedAt: string): Promise<MatchOutcome> {
  let [current, at] = [view, lookedAt];
  let outcome: MatchOutcome = "none";
  for (let look = 0; look < looksMax; look += 1) {
    const found = await lookOnce(ports, current, at);
    if (found.outcome !== "none") outcome = found.outcome;
    const told = await readAll(ports, found.shown);
    if (told.flatMap(claimsOn).every(({ bankLine }) => found.lines.has(bankLine))) return outcome;
    at = ports.clock.now();
    current = await readTransaction(ports.lineage, view.transaction);
  }
  throw new Unavailable(`other bank lines keep claiming the payouts of ${view.transaction}: look again`);
}

interface Look {
  readonly outcome: MatchOutcome;
  /** The payouts that the line shows. */
  readonly shown: readonly TransactionId[];
  /** The lines that were matched together. */
  readonly lines: ReadonlySet<TransactionId>;
}

async function lookOnce(ports: MatchPorts, view: TransactionView, lookedAt: string): Promise<Look> {
  const { clock, policy, references, lineage } = ports;
  const own = lineIn(view);
  const bank = own === undefined ? undefined : bankAccountByNumber(policy, own.booked.line.account);
  if (own === undefined || bank === undefined) return { outcome: "none", shown: [], lines: new Set() };
  const { currency, amount } = own.booked.line;
  const names: Reference[] = [
    ...wordsOf(own.booked).flatMap((value): Reference[] => [
      { type: "trace", value },
      { type: "payout", value },
    ]),
    payoutAmount(bank.id, currency, amount),
  ];
  for (const name of names) await references.wait(name, own.transaction);
  const candidates = new Set<TransactionId>();
  for (const { type, value } of names) {
    for (const each of await references.find(type, value)) if (each.startsWith("payout:")) candidates.add(each);
  }
  const payouts = await readAll(ports, [...candidates].sort().slice(0, candidatesMax));
  const claiming = new Set(payouts.flatMap(claimsOn).map(({ bankLine }) => bankLine));
  claiming.delete(own.transaction);
  const others = (await readAll(ports, [...claiming].sort().slice(0, candidatesMax))).map(lineIn).filter((line) => line !== undefined);
  const theirs = others.flatMap(({ before }) => before?.payouts ?? []).map(({ payout }) => payout);
  payouts.push(
    ...(await readAll(
      ports,
      [...new Set(theirs)].filter((payout) => !payouts.some((read) => read.transaction === payout)),
    )),
  );
  const lines = [own, ...others];
  const together = new Set(lines.map(({ transaction }) => transaction));
  const open = payouts.flatMap((payout) => movementsOf(payout, together, policy, bank.id, currency));
  const matches = matchBankLines(lines.map(toMatch), open);
  // The line that asks comes last: a crash before leaves it as it was, and the next look repeats.
  for (const [index, match] of [...matches.entries()].reverse()) await record(lines[index]!, match);
  const isNews = own.before === undefined || sayingOf(own.before) !== sayingOf(matches[0]!);
  return { outcome: isNews ? matches[0]!.outcome : "none", shown: matches[0]!.payouts.map(({ payout }) => payout), lines: together };

  async function record(known: KnownLine, match: BankLineMatch): Promise<void> {
    const { transaction, booked, before } = known;
    const shown = new Set(match.payouts.map(({ payout }) => payout));
    const claims = payouts.flatMap((payout) =>
      claimsOn(payout)
        .filter(({ bankLine }) => bankLine === transaction)
        .map(() => payout),
    );
    const stale = claims.filter((payout) => !shown.has(payout.transaction));
    if (before !== undefined && stale.length === 0 && sayingOf(before) === sayingOf(match)) return;
    if (before === undefined && known !== own) {
      // Its own look has not come to its end, and nobody else knows what more it claims.
      if (stale.length > 0) throw new Unavailable(`bank line ${transaction} claims a payout and has not said so: look again`);
      return;
    }
    const gone = new Map((before?.payouts ?? []).filter(({ payout }) => !shown.has(payout)).map((part) => [part.payout, part.payoutId]));
    for (const payout of stale) gone.set(payout.transaction, payoutIdOf(payout));
    const version = matchVersion(lookedAt, match);
    const now = clock.now();
    const told = bankedDocuments(booked, transaction, match, gone, payouts, version, now);
    const released = match.payouts.flatMap(({ payout }) =>
      releasedRows(
        payouts.find((each) => each.transaction === payout),
        booked.occurredAt,
        lookedAt,
        now,
      ),
    );
    await insertInOrder(lineage, [told, released, [matchDocument(booked, transaction, match, version, now)]]);
  }
}

function readAll({ lineage }: MatchPorts, transactions: readonly TransactionId[]): Promise<TransactionView[]> {
  return Promise.all(transactions.map((transaction) => readTransaction(lineage, transaction)));
}

function lineIn(view: TransactionView): KnownLine | undefined {
  const facts = factsOf(view);
  const booked = factNamed(facts, "bank-line.booked");
  if (booked === undefined) return undefined;
  return { transaction: view.transaction, booked, before: factNamed(facts, "bank-line.matched") };
}

function wordsOf({ line, words }: Booked): string[] {
  return [...new Set([...Object.values(line.references).filter((word) => word !== undefined), ...words])].slice(0, wordsMax);
}

function toMatch({ transaction, booked }: KnownLine): LineToMatch {
  const { amount, bookedOn } = booked.line;
  return { line: transaction, amount, bookedOn, words: wordsOf(booked).map((word) => word.toUpperCase()) };
}

/** What bank lines say now that they show of a payout. */
function claimsOn(payout: TransactionView): readonly EventOf<"payout.banked">[] {
  return factsOf(payout).filter((event): event is EventOf<"payout.banked"> => event.name === "payout.banked" && event.amount !== 0);
}

function payoutIdOf(payout: TransactionView): string {
  return claimsOn(payout)[0]!.payoutId;
}

/** What a payout sent to this bank account or took back, and no line beside these shows. */
function movementsOf(
  view: TransactionView,
  lines: ReadonlySet<TransactionId>,
  policy: Policy,
  bankAccount: string,
  currency: string,
): PayoutMovement[] {
  const facts = factsOf(view);
  const stated = factNamed(facts, "payout.stated");
  if (stated === undefined) return depositOf(view, facts, lines, bankAccount, currency);
  const { payout } = stated;
  const account = gatewayAccountFor(policy, payout.source, payout.account);
  if (account?.bankAccount !== bankAccount || payout.currency !== currency || payout.status === "cancelled") return [];
  const taken = claimsOn(view).flatMap(({ bankLine, amount }) => (lines.has(bankLine) ? [] : [Math.sign(amount)]));
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

/** Money that a store or a courier brought to this bank account, unless another line shows it. */
function depositOf(
  view: TransactionView,
  facts: ReturnType<typeof factsOf>,
  lines: ReadonlySet<TransactionId>,
  bankAccount: string,
  currency: string,
): PayoutMovement[] {
  const sent = factNamed(facts, "bank-deposit.sent");
  if (sent === undefined || sent.bankAccount !== bankAccount || sent.currency !== currency) return [];
  if (claimsOn(view).some(({ bankLine }) => !lines.has(bankLine))) return [];
  const { depositId, amount, sentOn, lagDays, names } = sent;
  const words = names.map((name) => name.toUpperCase());
  return [{ payout: view.transaction, payoutId: depositId, amount, expectedOn: sentOn, names: words, lagDays }];
}

function sayingOf({ outcome, payouts, way, difference, reason }: BankLineMatch | Matched): string {
  return contentHash({ outcome, payouts, way, difference, reason });
}

function matchDocument(
  { line, occurredAt }: Booked,
  transaction: TransactionId,
  match: BankLineMatch,
  version: string,
  at: string,
): DocumentItem {
  const event: Matched = {
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

/**
 * Tells each payout that the bank shows it, and takes back what was told before and is no longer so: that wakes the lines that wait for a
 * payout of this amount, as one of them may show it.
 */
function bankedDocuments(
  { line, occurredAt }: Booked,
  bankLine: TransactionId,
  match: BankLineMatch,
  gone: ReadonlyMap<TransactionId, string>,
  views: readonly TransactionView[],
  version: string,
  at: string,
): DocumentItem[] {
  const takenBack = [...gone].map(([payout, payoutId]) => ({ payout, payoutId, amount: 0 }));
  return [...match.payouts, ...takenBack].map(({ payout, payoutId, amount }) => {
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
    const known = views.find((view) => view.transaction === payout);
    const first = known?.documents[0];
    const source = sourceKey("bank", line.account, "banked", id);
    const place = { channel: first?.channel ?? channel, shop: first?.shop ?? shop };
    const references = amount === 0 ? amountsOf(known) : [];
    return foundDocument({ transaction: payout, kind: "payout", source, ...place, events: [event], references }, at);
  });
}

/** The names that lines of a payout's amount wait for. */
function amountsOf(payout: TransactionView | undefined): readonly Reference[] {
  const named = (payout?.documents ?? []).flatMap(({ references }) => references).filter(({ type }) => type === "payout-amount");
  return [...new Map(named.map((reference) => [reference.value, reference])).values()];
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
