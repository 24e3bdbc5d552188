import type { PeriodRule } from "#domain/policy";

/** That a period of an entity is closed, by whom and why. */
export interface PeriodClosing {
  readonly entity: string;
  readonly rule: PeriodRule;
  readonly actor: string;
  readonly reason: string;
  /** The second person who approved it; absent: nobody was asked to. */
  readonly approvedBy?: string;
}

/** Which periods of the policies in force are closed by hand. */
export interface PeriodBook {
  /**
   * Puts the policies in force once more, as a new release by name, with this period closed. With the same rule in force already it is that
   * release, and nothing is made. Throws Invalid for an entity that the policies do not have, Unavailable or UnknownOutcome: close it again.
   */
  close(closing: PeriodClosing): Promise<{ readonly release: number; readonly isNew: boolean }>;
}
