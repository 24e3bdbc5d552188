import type { InsertAnswer } from "./lineage-store.ts";

/** A numbered entry of the record of what was in force. It is never changed: a rollback is a new release with old content. */
export interface PolicyRelease {
  /** 1, 2, 3, … */
  readonly release: number;
  /** Content hash of the policy files. */
  readonly version: string;
  /** Of the resolved policy, in the document store. */
  readonly address: string;
  /** The form in which its content is written (domain/policy, policyForm); absent: 1. */
  readonly form?: number;
  /** Who released it, and why. */
  readonly actor: string;
  readonly reason: string;
  /** The second person who approved it; absent: nobody was asked to. */
  readonly approvedBy?: string;
  readonly at: string;
  /** From when on it is in force; absent: from when it was made. */
  readonly activeFrom?: string;
  /** It puts nothing in force: it takes the release of this number back before its time, and repeats what is in force. */
  readonly withdraws?: number;
  /** It stands in the place of the pending release of this number, with what was closed since. */
  readonly replaces?: number;
  /** Of the policy files that it was resolved from, in the document store; absent: they were not handed in. */
  readonly files?: string;
}

export interface PolicyReleases {
  /** The release with the highest number, as it is on record now, whether or not its time has come; undefined before the first one. Throws Unavailable. */
  last(): Promise<PolicyRelease | undefined>;
  /** The release of this number; undefined when there is none. Throws Unavailable. */
  get(release: number): Promise<PolicyRelease | undefined>;
  /** The releases with the highest numbers, at most so many, the highest first. Throws Unavailable. */
  latest(count: number): Promise<readonly PolicyRelease[]>;
  /** Inserts the release if its number is free. */
  insert(release: PolicyRelease): Promise<InsertAnswer>;
  /** Inserts these releases, at most 20, if all of their numbers are free: all of them or none. */
  insertAll(releases: readonly PolicyRelease[]): Promise<InsertAnswer>;
}
