/** The pace and the health of one ERP connection, and who may send to one that takes one sender at a time. */
export interface RateLimit {
  /** "granted": go. "wait": no token now, or somebody else is sending and the ERP takes one sender at a time. "open": the breaker is open, the ERP is thought to be down. */
  acquire(connection: string, documents: number): Promise<"granted" | "wait" | "open">;
  /**
   * A place in the line, for whoever was just told to wait for so many tokens: the instants when those of his first document are due, and those
   * of his last. Nothing is kept for him. Undefined: nobody knows; he comes again a little later each time.
   */
  lineUp(connection: string, documents: number): Promise<{ readonly from: string; readonly until: string } | undefined>;
  /**
   * What became of the calls: several failures in a row open the breaker. `pauseSeconds` is how long the ERP asked to be left alone; absent:
   * it did not say, and the connection's own pause holds.
   */
  report(connection: string, outcome: "answered" | "throttled" | "failed", pauseSeconds?: number): Promise<void>;
  /**
   * Who was granted is done, and all of it was answered: the next sender need not wait until the time of this one is over. Only for an ERP that
   * takes one sender at a time, and not later than that time: it would end the turn of another.
   */
  release(connection: string): Promise<void>;
}
