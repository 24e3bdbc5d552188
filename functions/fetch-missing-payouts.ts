import { Unavailable, UnknownOutcome } from "#domain/failures";
import type { SettlementFeed, SettlementPageAnswer } from "#ports/settlement-feed";
import { createPayoutBook } from "./payout-book.ts";
import { createPayoutGaps } from "./payout-gaps.ts";
import type { SweptAccount } from "./settlement-sweep-record.ts";
import { createTakeInPage, type TakeInPageDependencies } from "./take-in-page.ts";

/** Payouts that one sweep asks for: the next one goes on with the others. */
const askedMax = 50;
const pagesMax = 500;

/** `trouble`: why it ended before all were asked for, or what kept one of them from being read. */
export interface FetchedPayouts {
  readonly recorded: number;
  readonly revised: number;
  readonly trouble?: { readonly outcome: "continues" | "refused" | "failed"; readonly reason: string };
}

/**
 * Asks a gateway for each payout that its rows name and that it never stated, by the payout's id, and takes in what it answers: each once a day
 * until it comes. That it was asked is on record after what came, so that whoever goes on asks for the others; one that cannot be read holds none of them.
 */
export function createFetchMissingPayouts(dependencies: TakeInPageDependencies) {
  const { clock } = dependencies;
  const takeInPage = createTakeInPage(dependencies);
  const gaps = createPayoutGaps(dependencies);
  const book = createPayoutBook(dependencies);

  return async function fetchMissingPayouts(feed: SettlementFeed, swept: SweptAccount, isLate: () => boolean): Promise<FetchedPayouts> {
    const today = clock.now().slice(0, 10);
    const { ids, askedOn } = await gaps.unstated(swept);
    const found = { recorded: 0, revised: 0 };
    let trouble: FetchedPayouts["trouble"];
    for (const payout of ids.filter((id) => askedOn.get(id) !== today).slice(0, askedMax)) {
      if (isLate()) return { ...found, trouble: { outcome: "continues", reason: "the time for one sweep was over" } };
      try {
        const ended = await fetchPayout(payout);
        if (ended !== undefined) return { ...found, trouble: ended };
      } catch (error) {
        if (!(error instanceof Error) || error instanceof Unavailable || error instanceof UnknownOutcome) throw error;
        // This one alone: no other waits for it.
        trouble = { outcome: "failed", reason: `payout ${payout}: ${error.name}: ${error.message}` };
      }
      await book.asked(swept, payout);
    }
    return { ...found, ...(trouble === undefined ? {} : { trouble }) };

    /** Why nothing more can be asked for now; undefined when this payout was read to its end. */
    async function fetchPayout(payout: string): Promise<FetchedPayouts["trouble"]> {
      let cursor: string | undefined;
      for (let pages = 0; pages < pagesMax; pages += 1) {
        const receivedAt = clock.now();
        const answer = await feed.fetchPage({ shop: swept.shop, payout, ...(cursor === undefined ? {} : { cursor }) });
        if (answer.kind !== "page") return troubleOf(answer);
        const file = `${swept.account}_${swept.source}_payout-${payout}_page-${pages + 1}.json`;
        const taken = await takeInPage(file, answer.body, receivedAt, () => false);
        found.recorded += taken.recorded;
        found.revised += taken.revised;
        cursor = answer.next;
        if (cursor === undefined) return undefined;
      }
      return undefined;
    }
  };
}

function troubleOf(answer: Exclude<SettlementPageAnswer, { kind: "page" }>): FetchedPayouts["trouble"] {
  switch (answer.kind) {
    case "wait":
      return { outcome: "continues", reason: `the gateway asked for ${answer.seconds} s of patience` };
    case "refused":
      return { outcome: "refused", reason: answer.reason };
    case "too-large":
      return { outcome: "failed", reason: `a page has ${answer.bytes} bytes, more than is read` };
  }
}
