import { millisecondsBetween } from "#domain/calendar";
import { Unavailable, UnknownOutcome } from "#domain/failures";
import type { SettlementFeed } from "#ports/settlement-feed";
import { createPayoutBook } from "./payout-book.ts";
import { createPayoutGaps } from "./payout-gaps.ts";
import type { SweptAccount } from "./settlement-sweep-record.ts";
import { createTakeInPage, type TakeInPageDependencies } from "./take-in-page.ts";

/** Payouts that one sweep asks for: the next one goes on with the others. */
const askedMax = 50;
const pagesMax = 500;
/** So many that were not answered one after the other are an outage, and no fault of theirs. */
const unansweredMax = 3;

/** `trouble`: why it ended before all were asked for, or what kept one of them from being read, now or when it was asked for last. */
export interface FetchedPayouts {
  readonly recorded: number;
  readonly revised: number;
  readonly trouble?: Trouble;
}

interface Trouble {
  readonly outcome: "continues" | "refused" | "failed";
  readonly reason: string;
}

/**
 * Asks a gateway for each payout that its rows name and that it never stated, by the payout's id, and takes in what it answers: each once a day
 * until it comes. That it was asked is on record after what came, so that whoever goes on asks for the others; one that cannot be read, or is not
 * answered, holds none of them.
 */
export function createFetchMissingPayouts(dependencies: TakeInPageDependencies) {
  const { clock } = dependencies;
  const takeInPage = createTakeInPage(dependencies);
  const gaps = createPayoutGaps(dependencies);
  const book = createPayoutBook(dependencies);

  return async function fetchMissingPayouts(feed: SettlementFeed, swept: SweptAccount, isLate: () => boolean): Promise<FetchedPayouts> {
    const now = clock.now();
    const { ids, askedOn, unread } = await gaps.unstated(swept);
    const due = ids.filter((id) => askedOn.get(id) !== now.slice(0, 10));
    const found = { recorded: 0, revised: 0 };
    const read = new Set<string>();
    let failed: Trouble | undefined;
    let ended: Trouble | undefined;
    let unanswered = 0;
    for (const payout of inTurn(due, now).slice(0, askedMax)) {
      try {
        ended = await fetchPayout(payout);
        if (ended !== undefined) break;
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        const isOutage = error instanceof Unavailable || error instanceof UnknownOutcome;
        failed ??= { outcome: "failed", reason: `payout ${payout}: ${isOutage ? "" : `${error.name}: `}${error.message}` };
        if (isOutage) {
          unanswered += 1;
          if (unanswered === unansweredMax) break;
          // Not noted as asked for: the next sweep asks again.
          continue;
        }
        // This one alone: no other waits for it.
        await book.asked(swept, payout, "unread");
        unanswered = 0;
        continue;
      }
      await book.asked(swept, payout, "read");
      read.add(payout);
      unanswered = 0;
    }
    const trouble = ended?.outcome === "refused" ? ended : (failed ?? failedBefore() ?? ended);
    return { ...found, ...(trouble === undefined ? {} : { trouble }) };

    /** One that could not be read today is asked for tomorrow: until then its trouble is not over. */
    function failedBefore(): Trouble | undefined {
      const payout = ids.find((id) => unread.has(id) && !read.has(id));
      const reason = `payout ${payout} could not be read when it was asked for on ${payout === undefined ? "" : askedOn.get(payout)}`;
      return payout === undefined ? undefined : { outcome: "failed", reason };
    }

    /** Why nothing more can be asked for now; undefined when this payout was read to its end. */
    async function fetchPayout(payout: string): Promise<Trouble | undefined> {
      let cursor: string | undefined;
      for (let pages = 0; pages < pagesMax; pages += 1) {
        // The next sweep begins it anew: pages that were taken in are no news.
        if (isLate()) return { outcome: "continues", reason: "the time for one sweep was over" };
        const receivedAt = clock.now();
        const answer = await feed.fetchPage({ shop: swept.shop, payout, ...(cursor === undefined ? {} : { cursor }) });
        if (answer.kind === "wait") return { outcome: "continues", reason: `the gateway asked for ${answer.seconds} s of patience` };
        if (answer.kind === "refused") return { outcome: "refused", reason: answer.reason };
        if (answer.kind === "too-large") throw new RangeError(`a page has ${answer.bytes} bytes, more than is read`);
        const file = `${swept.account}_${swept.source}_payout-${payout}_page-${pages + 1}.json`;
        const taken = await takeInPage(file, answer.body, receivedAt, () => false);
        found.recorded += taken.recorded;
        found.revised += taken.revised;
        cursor = answer.next;
        if (cursor === undefined) return undefined;
      }
      throw new RangeError(`it has more than ${pagesMax} pages`);
    }
  };
}

/**
 * Each hour begins with another one, and in an order that does not change when they come to the desk: those that are never answered are not
 * always the first, and so hold none behind them.
 */
function inTurn(ids: readonly string[], now: string): readonly string[] {
  const sorted = ids.toSorted();
  const hours = Math.floor(millisecondsBetween("1970-01-01T00:00:00.000Z", now) / 3_600_000);
  const first = sorted.length === 0 ? 0 : hours % sorted.length;
  return [...sorted.slice(first), ...sorted.slice(0, first)];
}
