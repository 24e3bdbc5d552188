/**
 * The failures that a port may answer with, apart from a value. Their `name` is set by hand: bundlers rename classes, and
 * Step Functions matches the name.
 */

/** The effect was certainly not applied: safe to try again. */
export class Unavailable extends Error {
  override readonly name = "Unavailable";
}

/** Nobody can say whether the effect was applied: find out before trying again. */
export class UnknownOutcome extends Error {
  override readonly name = "UnknownOutcome";
}

/** The policy or target version in hand is older than the one that the last plan was made with: reload it. */
export class StalePolicy extends Error {
  override readonly name = "StalePolicy";
}

/** What came from outside cannot be read. The message says what, which and what next. */
export class Invalid extends Error {
  override readonly name = "Invalid";
}
