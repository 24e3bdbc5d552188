import type { RateLimit } from "#ports/rate-limit";
import type { Town } from "./town.ts";
import { Violation } from "./violation.ts";

/** One host's account with the ERPs: what it was granted within the pace, and what it has sent. */
export class PaceWatch {
  private readonly town: Town;
  private readonly openedAt: number;
  private readonly granted = new Map<string, number>();
  /** Calls that failed one after the other, and when the last one did. */
  private readonly failures = new Map<string, { readonly count: number; readonly at: number }>();
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
        const { documentsPerSecond, burstDocuments, failuresToOpen, openSeconds } = this.town.pace;
        const { count, at } = this.failures.get(connection) ?? { count: 0, at: 0 };
        if (count >= failuresToOpen && this.town.scheduler.now - at < openSeconds * 1_000)
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
      report: (connection, outcome, pauseSeconds) => {
        const count = outcome === "failed" ? (this.failures.get(connection)?.count ?? 0) + 1 : 0;
        this.failures.set(connection, { count, at: this.town.scheduler.now });
        return rateLimit.report(connection, outcome, pauseSeconds);
      },
    };
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
