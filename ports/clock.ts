/** The only source of time. */
export interface Clock {
  /** Now, as an instant: ISO 8601 in UTC with milliseconds. */
  now(): string;
}
