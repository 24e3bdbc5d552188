import { Invalid } from "#domain/failures";
import {
  acquirePace,
  type CallOutcome,
  freshPace,
  notePace,
  type Pace,
  type PaceSettings,
  releasePace,
  type TokenRequest,
} from "#domain/pace";
import type { Clock } from "#ports/clock";
import type { RateLimit, TokenAnswer } from "#ports/rate-limit";
import { AwsFailure, failureOf } from "./aws-failure.ts";
import { pacePartition, paceSortKey } from "./dynamo-keys.ts";
import { createDynamoTable, type DynamoTableOptions, type Row, stringOf } from "./dynamo-table.ts";
import { ifAbsent } from "./insert-once.ts";

export interface DynamoRateLimitOptions extends DynamoTableOptions {
  readonly clock: Clock;
  readonly connections: Readonly<Record<string, PaceSettings>>;
}

/** Others may change the pace between our read and our write so often before we give way. */
const attemptsMax = 5;
/** Whoever is told to wait for that alone comes again as soon as a message can: he may have been called already. */
const lostRaceSeconds = 2;

/**
 * ports/rate-limit on the single table, shared by all that send to a connection: one row per connection, read and replaced under the
 * condition that nobody else did meanwhile. Who loses that race too often is told to wait for two seconds, and keeps the place that he had.
 *
 * `acquire` throws Unavailable or UnknownOutcome when the table does not answer: nothing was sent yet. `report` does not: the ERP's answers
 * must not be lost for it, and the next report says it again. Nor does `release`: the turn ends by itself. Cost: a read unit each, and a write
 * unit when the pace changes, both once more for each race that is lost; the row stays below a kilobyte. Who asks again before he is called changes nothing.
 */
export function createDynamoRateLimit(options: DynamoRateLimitOptions): RateLimit {
  const { clock, connections } = options;
  const table = createDynamoTable(options);

  function settingsOf(connection: string): PaceSettings {
    const settings = connections[connection];
    if (settings !== undefined) return settings;
    throw new Invalid(`there is no ERP connection "${connection}": the known ones are ${Object.keys(connections).join(", ") || "none"}`);
  }

  /** Undefined when others were always quicker. */
  async function change<T>(
    connection: string,
    settings: PaceSettings,
    next: (pace: Pace, now: number) => { readonly answer: T; readonly pace: Pace },
  ): Promise<T | undefined> {
    for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
      const { Item } = await table.read("GetItem", { Key: keyOf(connection) });
      const now = Date.parse(clock.now());
      const known = Item === undefined ? freshPace(settings, now) : paceOf(Item);
      const { answer, pace } = next(known, now);
      if (pace === known) return answer;
      if (await replaced(connection, Item, pace)) return answer;
    }
    return undefined;
  }

  async function replaced(connection: string, known: Row | undefined, pace: Pace): Promise<boolean> {
    const version = versionOf(known);
    const Item = { ...keyOf(connection), version: { N: String(version + 1) }, pace: { S: JSON.stringify(pace) } };
    const condition =
      known === undefined
        ? { ConditionExpression: ifAbsent }
        : {
            ConditionExpression: "#version = :version",
            ExpressionAttributeNames: { "#version": "version" },
            ExpressionAttributeValues: { ":version": { N: String(version) } },
          };
    try {
      await table.write("PutItem", { Item, ...condition });
      return true;
    } catch (error) {
      if (error instanceof AwsFailure && error.fate === "condition-failed") return false;
      throw failureOf(`the change of the pace of ${connection}`, error, "ask again");
    }
  }

  async function note(connection: string, noted: (pace: Pace, settings: PaceSettings, now: number) => Pace): Promise<void> {
    const settings = settingsOf(connection);
    try {
      await change(connection, settings, (pace, now) => ({ answer: true, pace: noted(pace, settings, now) }));
    } catch (error) {
      if (!(error instanceof Error) || !(error.cause instanceof AwsFailure)) throw error;
      // Whoever made the API was told of the failure itself.
    }
  }

  /** A place that is not given back is passed over. */
  function afterLostRace({ documents, place }: TokenRequest): TokenAnswer {
    if (documents === 0) return { answer: "granted" };
    const until = new Date(Date.parse(clock.now()) + lostRaceSeconds * 1_000).toISOString();
    return { answer: "wait", ...(place === undefined ? {} : { place }), until };
  }

  return {
    async acquire(connection, requests) {
      const settings = settingsOf(connection);
      const answers = await change(connection, settings, (pace, now) => {
        const acquired = acquirePace(pace, settings, requests, now);
        return { answer: acquired.answers, pace: acquired.pace };
      });
      if (answers === undefined) return requests.map((request) => afterLostRace(request));
      return answers.map(({ until, ...rest }) => (until === undefined ? rest : { ...rest, until: new Date(until).toISOString() }));
    },

    report: (connection, outcome: CallOutcome, pauseSeconds) =>
      note(connection, (pace, settings, now) => notePace(pace, settings, outcome, now, pauseSeconds)),

    release: (connection) => note(connection, releasePace),
  };
}

function keyOf(connection: string): Row {
  return { pk: { S: pacePartition(connection) }, sk: { S: paceSortKey } };
}

function versionOf(row: Row | undefined): number {
  const version = row?.version;
  return version !== undefined && "N" in version ? Number(version.N) : 0;
}

function paceOf(row: Row): Pace {
  const pace = stringOf(row.pace);
  if (pace === undefined) throw new Invalid(`row ${stringOf(row.sk)} of ${stringOf(row.pk)} has no pace: delete it, and it is made anew`);
  return JSON.parse(pace) as Pace;
}
