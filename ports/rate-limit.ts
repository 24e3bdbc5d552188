/** The pace and the health of one ERP connection. */
export interface RateLimit {
  /** "granted": go. "wait": no token now. "open": the breaker is open, the ERP is thought to be down. */
  acquire(connection: string, documents: number): Promise<"granted" | "wait" | "open">;
  /**
   * What became of the calls: several failures in a row open the breaker. `pauseSeconds` is how long the ERP asked to be left alone; absent:
   * it did not say, and the connection's own pause holds.
   */
  report(connection: string, outcome: "answered" | "throttled" | "failed", pauseSeconds?: number): Promise<void>;
}
