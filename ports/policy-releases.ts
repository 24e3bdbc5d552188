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
}

export interface PolicyReleases {
  /** The release in force, as it is on record now; undefined before the first one. Throws Unavailable. */
  last(): Promise<PolicyRelease | undefined>;
  /** The release of this number; undefined when there is none. Throws Unavailable. */
  get(release: number): Promise<PolicyRelease | undefined>;
  /** Inserts the release if its number is free. */
  insert(release: PolicyRelease): Promise<InsertAnswer>;
}
