/**
 * The failures that a port may answer with, apart from a value. Their `name` is set by hand: bundlers rename classes, and
 * Step Functions matches the name.
 */

/** The effect was certainly not applied: safe to try again. */
export class Unavailable extends Error {
  override readonly name = "Unavailable";
}

/** The other side asks for patience (HTTP 429). */
export class Throttled extends Unavailable {
  /** How long it asks for; undefined when it does not say. */
  readonly retryAfterSeconds: number | undefined;

  /** `retryAfter`: the header as it came. A date in it, or anything else that is no number of seconds, is taken for not said. */
  constructor(message: string, retryAfter: string | undefined) {
    super(message);
    this.retryAfterSeconds = retryAfter !== undefined && /^\d{1,5}$/.test(retryAfter) ? Number(retryAfter) : undefined;
  }
}

/** Nobody can say whether the effect was applied: find out before trying again. */
export class UnknownOutcome extends Error {
  override readonly name = "UnknownOutcome";
}

/** The policy or target version in hand is older than the one that the last plan was made with: reload it. */
export class StalePolicy extends Error {
  override readonly name = "StalePolicy";
}

/**
 * The policy release in force is in a form that this code does not know, or not what was released: nothing is decided with it. It is
 * `Unavailable` to whoever knows no better, as nothing was done, and reading it again may succeed after a deploy or another release.
 */
export class UnreadablePolicy extends Unavailable {
  readonly release: number;

  constructor(release: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.release = release;
  }
}

/** What came from outside cannot be read. The message says what, which and what next. */
export class Invalid extends Error {
  override readonly name = "Invalid";
}
