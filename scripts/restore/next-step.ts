import { Invalid } from "#domain/failures";

/** What DynamoDB tells before anything is restored. */
export interface RestoreFacts {
  /** Of the stage's own table, into which rows are put back: "ACTIVE", …; undefined: there is none. */
  readonly status: string | undefined;
  /** The span to which the table can be set back; undefined: its recovery is switched off. */
  readonly recovery: { readonly earliest: string; readonly latest: string } | undefined;
  /** Of the table beside it; undefined: there is none yet. */
  readonly besideStatus: string | undefined;
}

export interface RestoreAsked {
  readonly table: string;
  /** Another table holds the rows of then, such as one restored from a backup; absent: one is made of the table's own recovery. */
  readonly from?: string | undefined;
  /** The instant to go back to, in UTC. */
  readonly at: string;
}

/** "make-beside": the table as it was at `at` is made under another name. "wait": it is being made. "compare": it is there. */
export type RestoreStep = { readonly kind: "make-beside" | "wait" | "compare"; readonly beside: string };

const nameCharactersMax = 255;

/** Always the same for a table and an instant, so that the next run finds what the last one began. */
export function besideName(table: string, at: string): string {
  return `${table}-at-${at.slice(0, 19).replace(/[-:]/g, "")}Z`.slice(-nameCharactersMax);
}

/** What a restore does next, as things are. Throws Invalid where it cannot be, with what to do instead. */
export function nextStep({ table, from, at }: RestoreAsked, { status, recovery, besideStatus }: RestoreFacts): RestoreStep {
  const beside = from ?? besideName(table, at);
  if (status !== "ACTIVE")
    throw new Invalid(
      status === undefined
        ? `there is no table ${table} to put rows back into: a deploy does not make again what was deleted behind CloudFormation's back, so do as docs/deploy-to-aws.md#restore says of a table that is gone, and name what was restored from a backup with --from`
        : `the table ${table} is ${status}: wait until it is ACTIVE`,
    );
  if (besideStatus === "ACTIVE") return { kind: "compare", beside };
  if (besideStatus === "CREATING" || besideStatus === "RESTORING") return { kind: "wait", beside };
  if (besideStatus !== undefined) throw new Invalid(`the table ${beside} is ${besideStatus}: delete it, then begin again`);
  if (from !== undefined) throw new Invalid(`there is no table ${from}: name the one that holds the rows, or leave --from away`);
  if (recovery === undefined)
    throw new Invalid(`the point-in-time recovery of ${table} is switched off: restore a backup, and name it with --from`);
  if (at < recovery.earliest || at > recovery.latest)
    throw new Invalid(`${table} can be set back to between ${recovery.earliest} and ${recovery.latest}, not to ${at}`);
  return { kind: "make-beside", beside };
}
