import type { PlaceInLine, TokenRequest } from "#domain/pace";

/** `place`: where he stands who has to wait, to be shown when he asks again. `until`: before that he need not; absent: nobody knows. */
export interface TokenAnswer {
  readonly answer: "granted" | "wait" | "open";
  readonly place?: PlaceInLine;
  readonly until?: string;
}

/** The pace and the health of one ERP connection, and who may send to one that takes one sender at a time. */
export interface RateLimit {
  /**
   * Who of these may send now; an answer for each of them. "granted": go. "wait": no token now, or others are before him, or somebody else is
   * sending and the ERP takes one sender at a time. "open": the breaker is open, the ERP is thought to be down. Whoever is granted, and whoever
   * asks for no document, has his place no more. What is kept for who does not come
   * is the others' within seconds of when he was to.
   */
  acquire(connection: string, requests: readonly TokenRequest[]): Promise<readonly TokenAnswer[]>;
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
