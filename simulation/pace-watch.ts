import type { RateLimit } from "#ports/rate-limit";
import type { Town } from "./town.ts";
import { Violation } from "./violation.ts";

interface Failures {
  /** Calls that failed one after the other. */
  readonly count: number;
  /** Virtual milliseconds since 1970. */
  readonly leftAloneUntil: number;
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

  constructor(town: Town) {
    this.town = town;
    this.openedAt = town.scheduler.now;
  }

  /** The rate limit, watched: it never grants more than a full bucket and what has gathered since; the last batch may go on credit. */
  over(rateLimit: RateLimit): RateLimit {
    return {
      acquire: async (connection, documents) => {
        const answer = await rateLimit.acquire(connection, documents);
        if (answer !== "granted") return answer;
        const { documentsPerSecond, burstDocuments } = this.town.pace;
        const { count, leftAloneUntil } = this.failuresOf(connection);
        if (this.town.scheduler.now + clockMilliseconds < leftAloneUntil)
          this.town.fail(
            new Violation("a down ERP is left alone", `${connection} has failed ${count} times in a row, and more is sent to it`),
          );
        const before = this.granted.get(connection) ?? 0;
        const allowed = burstDocuments + (documentsPerSecond * (this.town.scheduler.now - this.openedAt)) / 1_000;
        if (before + Math.min(documents, burstDocuments) > allowed + 1e-6)
          this.town.fail(
            new Violation(
              "ERP limits are kept",
              `${connection}: ${documents} more were granted after ${before}, of ${Math.floor(allowed)}`,
            ),
          );
        this.granted.set(connection, before + documents);
        return answer;
      },
      lineUp: (connection, documents) => rateLimit.lineUp(connection, documents),
      report: (connection, outcome, pauseSeconds) => {
        this.noteOutcome(connection, outcome === "failed");
        return rateLimit.report(connection, outcome, pauseSeconds);
      },
      release: (connection) => rateLimit.release(connection),
    };
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
