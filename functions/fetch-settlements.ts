import * as z from "zod/mini";
import { addDays, millisecondsBetween } from "#domain/calendar";
import { Invalid, Unavailable, UnknownOutcome } from "#domain/failures";
import type { Policy } from "#domain/policy";
import type { BankStatementFormat } from "#ports/bank-statement";
import type { Clock } from "#ports/clock";
import type { DocumentStore } from "#ports/document-store";
import type { LineageStore } from "#ports/lineage-store";
import type { Metrics } from "#ports/metrics";
import type { PolicyStore } from "#ports/policy-store";
import type { SettlementFeed } from "#ports/settlement-feed";
import type { SettlementSource } from "#ports/settlement-source";
import { createFetchMissingPayouts } from "./fetch-missing-payouts.ts";
import type { BookedAccount } from "./payout-book.ts";
import { createPayoutGaps } from "./payout-gaps.ts";
import type { MappedFormats } from "./settlement-scan.ts";
import { createSweepRecord, type SweepPosition, type SweptAccount } from "./settlement-sweep-record.ts";
import { createTakeInPage } from "./take-in-page.ts";

export interface FetchSettlementsDependencies {
  readonly feeds: readonly SettlementFeed[];
  readonly documents: DocumentStore;
  readonly lineage: LineageStore;
  readonly policies: PolicyStore;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly sources: readonly SettlementSource[];
  readonly banks: readonly BankStatementFormat[];
  readonly mapped: MappedFormats;
}

const inputSchema = z.object({
  /** One shop alone; absent: every account that policy reads by the API. */
  shop: z.optional(z.string().check(z.minLength(1), z.maxLength(255))),
  /** YYYY-MM-DD: read at least from this day on. */
  since: z.optional(z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/))),
});

/**
 * - read: all pages are on record. held: so are they but for what the desk was told of; the next sweep reads the same days again.
 * - continues: the gateway asked for patience, or the time was over; the next sweep goes on behind the last page, or begins at the same day.
 * - refused, failed: the desk was told why; the next sweep tries again.
 * - by-files: nothing was asked for, as its files are dropped; only what is missing of it was looked for.
 */
export interface FetchedAccount {
  readonly account: string;
  /** Absent where the account is of no one shop. */
  readonly shop?: string;
  readonly outcome: "read" | "held" | "continues" | "refused" | "failed" | "by-files";
  /** Absent where nothing was asked for. */
  readonly since?: string;
  readonly pages: number;
  readonly recorded: number;
  readonly revised: number;
  /** Payouts that should be there by now and are not, as the desk has them open; absent when nobody can say now. */
  readonly missing?: number;
  readonly reason?: string;
}

/** Days that each sweep reads again: a payout that was on its way then has arrived or failed by now. */
const overlapDays = 14;
/** How far the first sweep of an account goes back. */
const firstDays = 30;
const pagesMax = 2_000;
const pagesRememberedMax = 200;
/** No page is begun later than this after the start. */
const beginsWithinMilliseconds = 480_000;

/**
 * Reads rows and payouts of the gateways' APIs, page by page, each taken in as a file of its format before the next is asked for. How far an
 * account was read is recorded after what it covers. Reading the same days again has no effect, and trouble with one account does not stop
 * another.
 */
export function createHandler(dependencies: FetchSettlementsDependencies) {
  const { feeds, policies, clock, metrics } = dependencies;
  const takeInPage = createTakeInPage(dependencies);
  const fetchMissingPayouts = createFetchMissingPayouts(dependencies);
  const gaps = createPayoutGaps(dependencies);
  const record = createSweepRecord(dependencies);

  return async function fetchSettlements(input: unknown): Promise<{ readonly accounts: readonly FetchedAccount[] }> {
    const parsed = inputSchema.safeParse(input);
    if (!parsed.success) throw new Invalid("fetch-settlements takes {shop?, since?}: since is a day such as 2026-11-05");
    const { shop, since } = parsed.data;
    const startedAt = clock.now();
    const policy = await policies.current();
    const accounts: FetchedAccount[] = [];
    for (const [account, settings] of Object.entries(policy.gatewayAccounts ?? {})) {
      if (shop !== undefined && shop !== settings.shop) continue;
      const { source } = settings;
      const feed = settings.readBy === "api" ? feeds.find((each) => each.source === source) : undefined;
      const ofShop = settings.shop === undefined ? {} : { shop: settings.shop };
      let fetched: FetchedAccount = { account, ...ofShop, outcome: "by-files", pages: 0, recorded: 0, revised: 0 };
      if (settings.shop !== undefined && feed !== undefined) {
        fetched = await fetchAccount(feed, { source, account, shop: settings.shop }, since, startedAt);
        metrics.record("SettlementSweeps", 1, "count", { outcome: fetched.outcome });
      }
      const missing = await missingOf({ source, account }, policy);
      accounts.push(missing === undefined ? fetched : { ...fetched, missing });
    }
    return { accounts };
  };

  /** What never came, by its id, told to the desk; undefined when nobody can say now: the next sweep looks again, and no account waits for it. */
  async function missingOf(of: BookedAccount, policy: Policy): Promise<number | undefined> {
    try {
      const { open, opened } = await gaps.tell(of, policy);
      // What this sweep found, not what stands: the figure of each hour adds up.
      metrics.record("MissingDocuments", opened, "count", { channel: of.source });
      return open;
    } catch (error) {
      if (error instanceof Unavailable || error instanceof UnknownOutcome) return undefined;
      throw error;
    }
  }

  async function fetchAccount(
    feed: SettlementFeed,
    swept: SweptAccount,
    asked: string | undefined,
    startedAt: string,
  ): Promise<FetchedAccount> {
    const { account, shop } = swept;
    const today = startedAt.slice(0, 10);
    const progress = { account, shop, since: asked ?? addDays(today, -firstDays), pages: 0, recorded: 0, revised: 0 };
    let resumed: SweepPosition | undefined;
    let isEarlier = false;
    let lastPages: ReadonlySet<string> = new Set();
    const pages: string[] = [];
    try {
      const before = await record.position(swept);
      const own = before === undefined ? addDays(today, -firstDays) : before.since;
      isEarlier = asked !== undefined && asked < own;
      lastPages = new Set(before?.pages);
      // Never later than what was read before: nothing between the two is left out.
      progress.since = asked !== undefined && isEarlier ? asked : own;
      // Without the day on which its pages were begun nobody knows what they leave out: the same days are read from the first page.
      resumed = before?.begunOn !== undefined && progress.since === before.since ? before : undefined;
      const begunOn = resumed?.begunOn ?? today;
      let cursor = resumed?.next;
      let held = false;
      for (;;) {
        if (isLate() || progress.pages >= pagesMax) return await stopped("the time for one sweep was over");
        const receivedAt = clock.now();
        const answer = await feed.fetchPage({ shop, since: progress.since, ...(cursor === undefined ? {} : { cursor }) });
        if (answer.kind === "wait") return await stopped(`the gateway asked for ${answer.seconds} s of patience`);
        if (answer.kind === "refused") return await trouble("refused", answer.reason);
        if (answer.kind === "too-large") return await trouble("failed", `a page has ${answer.bytes} bytes, more than is read`);
        progress.pages += 1;
        if ((await takeIn(answer.body, receivedAt)) === "held") held = true;
        cursor = answer.next;
        if (cursor === undefined) break;
      }
      if (!held) await record.reached(swept, { since: addDays(begunOn, -overlapDays), pages: remembered() });
      // What the days do not show is asked for by its id.
      const fetched = await fetchMissingPayouts(feed, swept, isLate);
      progress.recorded += fetched.recorded;
      progress.revised += fetched.revised;
      if (fetched.trouble !== undefined && fetched.trouble.outcome !== "continues") {
        await record.trouble(swept, fetched.trouble.outcome, fetched.trouble.reason);
        return { ...progress, ...fetched.trouble };
      }
      await record.troubleIsOver(swept);
      return { ...progress, outcome: held ? "held" : "read" };

      async function stopped(reason: string): Promise<FetchedAccount> {
        // A page that is held must be read again: nothing behind it counts as read.
        const behind = held ? resumed?.next : cursor;
        // Before its first page, too: the next sweep begins at the days that were asked for, not at its own.
        await record.reached(swept, {
          since: progress.since,
          ...(behind === undefined ? {} : { next: behind, begunOn }),
          pages: remembered(),
        });
        return { ...progress, outcome: "continues", reason };
      }
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const isOutage = error instanceof Unavailable || error instanceof UnknownOutcome;
      return trouble("failed", isOutage ? error.message : `${error.name}: ${error.message}`);
    }

    async function trouble(outcome: "refused" | "failed", reason: string): Promise<FetchedAccount> {
      await record.trouble(swept, outcome, reason);
      // Days that somebody asked for are read by the next sweep, whoever starts it.
      if (isEarlier) await record.reached(swept, { since: progress.since });
      // Perhaps the gateway no longer takes the cursor on record: the next sweep reads the same days from their first page.
      else if (resumed !== undefined && progress.pages === 0) await record.reached(swept, { since: resumed.since });
      return { ...progress, outcome, reason };
    }

    /** Those of the pages behind which this sweep went on, too; beyond the bound a page is read once more, which does no harm. */
    function remembered(): readonly string[] {
      return [...(resumed?.pages ?? []), ...pages].slice(-pagesRememberedMax);
    }

    async function takeIn(body: Uint8Array, receivedAt: string): Promise<"accepted" | "held" | "duplicate"> {
      const file = `${account}_${swept.source}_${progress.since}_page-${progress.pages}.json`;
      // One that the last sweep did not bring may take back what came since it was first read.
      const taken = await takeInPage(file, body, receivedAt, (hash) => !lastPages.has(hash));
      if (taken.outcome !== "held") pages.push(taken.hash);
      progress.recorded += taken.recorded;
      progress.revised += taken.revised;
      return taken.outcome;
    }

    function isLate(): boolean {
      return millisecondsBetween(startedAt, clock.now()) > beginsWithinMilliseconds;
    }
  }
}
