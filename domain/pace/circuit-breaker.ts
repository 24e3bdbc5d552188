/** Instants are milliseconds since 1970. */
export type CircuitBreaker =
  | { readonly kind: "closed"; readonly failures: number }
  | { readonly kind: "open"; readonly until: number }
  /** A trial call is under way; if nothing is heard of it until then (its caller died), another is let through. */
  | { readonly kind: "half-open"; readonly until: number };

export interface BreakerSettings {
  /** So many failures in a row open it. */
  readonly failuresToOpen: number;
  /** Then nothing is sent for so long, and one trial call decides whether it closes or stays open. */
  readonly openSeconds: number;
}

export const closedBreaker: CircuitBreaker = { kind: "closed", failures: 0 };

/** Whether a call may go. While the breaker is half open, one call at a time may. */
export function admits(breaker: CircuitBreaker, now: number): boolean {
  return breaker.kind === "closed" || now >= breaker.until;
}

/** After a call that was admitted goes out. */
export function afterCall(breaker: CircuitBreaker, { openSeconds }: BreakerSettings, now: number): CircuitBreaker {
  return breaker.kind === "closed" ? breaker : { kind: "half-open", until: now + openSeconds * 1_000 };
}

export function afterSuccess(breaker: CircuitBreaker): CircuitBreaker {
  // A late answer to a call from before the breaker opened proves nothing about now.
  if (breaker.kind === "open" || (breaker.kind === "closed" && breaker.failures === 0)) return breaker;
  return closedBreaker;
}

export function afterFailure(breaker: CircuitBreaker, { failuresToOpen, openSeconds }: BreakerSettings, now: number): CircuitBreaker {
  const open: CircuitBreaker = { kind: "open", until: now + openSeconds * 1_000 };
  switch (breaker.kind) {
    case "closed": {
      const failures = breaker.failures + 1;
      return failures < failuresToOpen ? { kind: "closed", failures } : open;
    }
    case "half-open":
      return open;
    case "open":
      return breaker;
  }
}
