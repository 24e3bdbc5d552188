import type { TokenRequest } from "#domain/pace";
import type { RateLimit, TokenAnswer } from "#ports/rate-limit";
import type { Town } from "./town.ts";
import { Violation } from "./violation.ts";

interface Failures {
  /** Calls that failed one after the other. */
  readonly count: number;
  /** Virtual milliseconds since 1970. */
  readonly leftAloneUntil: number;
}

/** What is certain of one connection's bucket and line; instants are virtual milliseconds since 1970. */
interface Account {
  /** What the bucket holds at most, by the pace alone: what a pause takes from it is not known here. */
  readonly levelMax: number;
  /** Documents that stand in the line and were not called, at least. */
  readonly waitingMin: number;
  readonly at: number;
  readonly pausedUntil: number;
}

/** Clocks show whole milliseconds. */
const clockMilliseconds = 2;

/** One host's account with the ERPs: what it was granted within the pace, and what it has sent. */
export class PaceWatch {
  private readonly town: Town;
  private readonly openedAt: number;
  private readonly granted = new Map<string, number>();
  private readonly failures = new Map<string, Failures>();
  private readonly sent = new Map<string, number>();
  private readonly accounts = new Map<string, Account>();
  /** How far the clock of the host is off, in milliseconds. */
  private readonly skew: number;

  constructor(town: Town, skew: number) {
    this.town = town;
    this.skew = skew;
    this.openedAt = town.scheduler.now;
  }

  /**
   * The rate limit, watched: it never grants more than a full bucket and what has gathered since (the last batch may go on credit), and nobody
   * who comes new is granted while others certainly wait, but from a full bucket.
   */
  over(rateLimit: RateLimit): RateLimit {
    return {
      acquire: async (connection, requests) => {
        const answers = await rateLimit.acquire(connection, requests);
        this.noteGranted(
          connection,
          requests
            .filter(({ documents }, index) => documents > 0 && answers[index]?.answer === "granted")
            .map(({ documents }) => documents),
        );
        this.noteLine(connection, requests, answers);
        return answers;
      },
      report: (connection, outcome, pauseSeconds) => {
        this.noteOutcome(connection, outcome === "failed");
        if (outcome === "throttled") this.notePause(connection, pauseSeconds);
        return rateLimit.report(connection, outcome, pauseSeconds);
      },
      release: (connection) => rateLimit.release(connection),
    };
  }

  private noteGranted(connection: string, granted: readonly number[]): void {
    const { now } = this.town.scheduler;
    const { documentsPerSecond, burstDocuments } = this.town.pace;
    const { count, leftAloneUntil } = this.failuresOf(connection);
    if (now + clockMilliseconds < leftAloneUntil && granted.length > 0)
      this.town.fail(new Violation("a down ERP is left alone", `${connection} has failed ${count} times in a row, and more is sent to it`));
    const allowed = burstDocuments + (documentsPerSecond * (now - this.openedAt)) / 1_000;
    for (const documents of granted.toSorted((a, b) => a - b)) {
      const before = this.granted.get(connection) ?? 0;
      if (before + Math.min(documents, burstDocuments) > allowed + 1e-6)
        this.town.fail(
          new Violation("ERP limits are kept", `${connection}: ${documents} more were granted after ${before}, of ${Math.floor(allowed)}`),
        );
      this.granted.set(connection, before + documents);
    }
  }

  /**
   * Whoever is told to wait has so much before him as comes in until he is to come, or more. The line is called no faster than tokens come in
   * and than who was called is waited for no longer, which is twice as fast at most; and whoever leaves it makes room.
   */
  private noteLine(connection: string, requests: readonly TokenRequest[], answers: readonly TokenAnswer[]): void {
    const { documentsPerSecond, burstDocuments } = this.town.pace;
    const { now } = this.town.scheduler;
    const known = this.accountOf(connection);
    const seconds = (now - known.at + clockMilliseconds) / 1_000;
    let levelMax = Math.min(burstDocuments, known.levelMax + documentsPerSecond * seconds);
    let waitingMin = known.waitingMin - 3 * documentsPerSecond * seconds;
    for (const [index, { place }] of requests.entries())
      if (place !== undefined && answers[index]?.answer === "granted") waitingMin -= place.documents;
    for (const [index, { documents, place }] of requests.entries()) {
      const answer = answers[index];
      if (answer?.answer === "granted" && documents > 0) {
        if (place === undefined && waitingMin > 0 && levelMax < burstDocuments)
          this.town.fail(
            new Violation(
              "who waits is not overtaken",
              `${connection}: ${documents} documents that come new are granted while ${Math.ceil(waitingMin)} others wait`,
            ),
          );
        levelMax -= documents;
      }
      if (answer?.until !== undefined) {
        const waits = (Date.parse(answer.until) - this.skew - Math.max(now, known.pausedUntil)) / 1_000 - 2;
        waitingMin = Math.max(waitingMin, documentsPerSecond * waits - Math.max(0, -levelMax) - 2 * burstDocuments - documents);
      }
    }
    this.accounts.set(connection, { ...known, levelMax, waitingMin, at: now });
  }

  private notePause(connection: string, pauseSeconds = this.town.pace.throttledPauseSeconds): void {
    const known = this.accountOf(connection);
    const pausedUntil = Math.max(known.pausedUntil, this.town.scheduler.now + pauseSeconds * 1_000);
    this.accounts.set(connection, { ...known, pausedUntil });
  }

  private accountOf(connection: string): Account {
    const { burstDocuments } = this.town.pace;
    return this.accounts.get(connection) ?? { levelMax: burstDocuments, waitingMin: 0, at: this.openedAt, pausedUntil: 0 };
  }

  private failuresOf(connection: string): Failures {
    return this.failures.get(connection) ?? { count: 0, leftAloneUntil: 0 };
  }

  /** What fails while the ERP is left alone was sent before, and teaches nothing new. */
  private noteOutcome(connection: string, hasFailed: boolean): void {
    const { now } = this.town.scheduler;
    const { failuresToOpen, openSeconds } = this.town.pace;
    const before = this.failuresOf(connection);
    const count = hasFailed ? before.count + 1 : 0;
    const opens = count >= failuresToOpen && now >= before.leftAloneUntil;
    const leftAloneUntil = opens ? now + openSeconds * 1_000 : hasFailed ? before.leftAloneUntil : 0;
    this.failures.set(connection, { count, leftAloneUntil });
  }

  /** Nothing is sent that was not granted. */
  note(connection: string, steps: number): void {
    const sent = (this.sent.get(connection) ?? 0) + steps;
    this.sent.set(connection, sent);
    const granted = this.granted.get(connection) ?? 0;
    if (sent > granted)
      this.town.fail(new Violation("ERP limits are kept", `${connection} was sent ${sent} steps, and ${granted} were granted`));
  }
}
