import { Unavailable } from "#domain/failures";
import type { TransactionId } from "#domain/identity";
import type { DocumentItem, TransactionView } from "#domain/lineage";
import { bankAccountByNumber } from "#domain/policy";
import { type BankLineMatch, matchBankLines } from "#domain/settlement";
import { findDouble } from "./bank-line-doubles.ts";
import { claimsOn, type KnownLine, lineIn, payoutIdOf, sayingOf, toMatch } from "./bank-line-facts.ts";
import { bankedDocuments, matchDocument } from "./bank-match-documents.ts";
import { payoutCandidates } from "./payout-candidates.ts";
import { movementsOf } from "./payout-movements.ts";
import { readInBatches } from "./read-in-batches.ts";
import { readTransaction } from "./read-transaction.ts";
import { insertInOrder, type MatchOutcome, type MatchPorts, matchVersion } from "./record-match.ts";
import { releasedRows } from "./released-rows.ts";

/** Looks until nobody else claims the same payout meanwhile. */
const looksMax = 5;

/**
 * Looks for the payouts that a bank line shows, unless another line shows the same movement. What it finds is told to the payout first, then recorded in the line's own stream. Lines that
 * claim the same payouts are matched together, whichever of them asks, so that the answer does not depend on who came first; who claims
 * one while this look goes on is found by reading the payouts once more after they were told.
 */
export async function matchOneBankLine(ports: MatchPorts, view: TransactionView, lookedAt: string): Promise<MatchOutcome> {
  let [current, at] = [view, lookedAt];
  let outcome: MatchOutcome = "none";
  for (let look = 0; look < looksMax; look += 1) {
    const found = await lookOnce(ports, current, at);
    if (found.outcome !== "none") outcome = found.outcome;
    const told = await readInBatches(ports.lineage, found.shown, (payout) => payout);
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
  const { clock, policy, lineage } = ports;
  const own = lineIn(view);
  const bank = own === undefined ? undefined : bankAccountByNumber(policy, own.booked.line.account);
  if (own === undefined || bank === undefined) return { outcome: "none", shown: [], lines: new Set() };
  const { currency } = own.booked.line;
  const double = await findDouble(ports, own, bank.account);
  const found = await payoutCandidates(ports, own, bank.id);
  const payouts = [...found.payouts];
  const claiming = new Set(payouts.flatMap(claimsOn).map(({ bankLine }) => bankLine));
  claiming.delete(own.transaction);
  const others = double?.kind === "same" ? [] : await readInBatches(lineage, [...claiming].sort(), lineIn);
  const theirs = others.flatMap(({ before }) => before?.payouts ?? []).map(({ payout }) => payout);
  const unread = [...new Set(theirs)].filter((payout) => !payouts.some((read) => read.transaction === payout));
  payouts.push(...(await readInBatches(lineage, unread, (payout) => payout)));
  const together = new Set([own, ...others].map(({ transaction }) => transaction));
  // A line whose movement another one shows has none of its own.
  const lines = [own, ...others.filter(({ before }) => before?.sameAs === undefined)];
  const matches = matched();
  // The line that asks comes last: a crash before leaves it as it was, and the next look repeats.
  for (const [index, match] of [...matches.entries()].reverse()) await record(lines[index]!, match);
  const isNews = own.before === undefined || sayingOf(own.before) !== sayingOf(matches[0]!);
  return { outcome: isNews ? matches[0]!.outcome : "none", shown: matches[0]!.payouts.map(({ payout }) => payout), lines: together };

  function matched(): readonly BankLineMatch[] {
    if (double?.kind === "same") return [{ outcome: "unmatched", payouts: [], reason: "duplicate", sameAs: double.as }];
    const open = payouts.flatMap((payout) => movementsOf(payout, together, policy, bank!.id, currency));
    const asked = lines.map((line) => (line === own ? { ...toMatch(line), isDoubtful: double !== undefined } : toMatch(line)));
    return matchBankLines(asked, open).map((match, index) => {
      const { before } = lines[index]!;
      const maybeSameAs = index === 0 ? double?.as : before?.maybeSameAs;
      const notCompared = match.outcome === "matched" ? undefined : index === 0 ? found.notCompared : before?.notCompared;
      return {
        ...match,
        ...(maybeSameAs === undefined ? {} : { maybeSameAs }),
        ...(notCompared === undefined ? {} : { notCompared, reason: "unknown" as const }),
      };
    });
  }

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
    const released: DocumentItem[] = [];
    for (const { payout } of match.payouts) {
      const view = payouts.find((each) => each.transaction === payout);
      released.push(...(await releasedRows(ports, view, { occurredAt: booked.occurredAt, version: lookedAt, at: now })));
    }
    await insertInOrder(lineage, [told, released, [matchDocument(booked, transaction, match, version, now)]]);
  }
}
