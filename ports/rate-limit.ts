/** The pace and the health of one ERP connection. */
export interface RateLimit {
  /** "granted": go. "wait": no token now. "open": the breaker is open, the ERP is thought to be down. */
  acquire(connection: string, documents: number): Promise<"granted" | "wait" | "open">;
  /** What became of the calls: several failures in a row open the breaker. */
  report(connection: string, outcome: "answered" | "throttled" | "failed"): Promise<void>;
}
