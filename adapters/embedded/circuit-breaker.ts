export interface CircuitBreaker {
  /** Whether a call may go at `now` (milliseconds). While the breaker is half open, one call at a time may. */
  admits(now: number): boolean;
  /** A call that was admitted goes out. */
  called(now: number): void;
  succeeded(): void;
  failed(now: number): void;
}

type State =
  | { readonly kind: "closed"; readonly failures: number }
  | { readonly kind: "open"; readonly until: number }
  /** A trial call is under way; if nothing is heard of it until then (its caller died), another is let through. */
  | { readonly kind: "half-open"; readonly until: number };

/** Opens after `failuresToOpen` failures in a row; after `openSeconds` lets one trial call decide whether it closes or stays open. */
export function createCircuitBreaker(failuresToOpen: number, openSeconds: number): CircuitBreaker {
  let state: State = { kind: "closed", failures: 0 };
  return {
    admits(now) {
      return state.kind === "closed" || now >= state.until;
    },
    called(now) {
      if (state.kind !== "closed") state = { kind: "half-open", until: now + openSeconds * 1_000 };
    },
    succeeded() {
      // A late answer to a call from before the breaker opened proves nothing about now.
      if (state.kind !== "open") state = { kind: "closed", failures: 0 };
    },
    failed(now) {
      switch (state.kind) {
        case "closed": {
          const failures = state.failures + 1;
          state = failures < failuresToOpen ? { kind: "closed", failures } : { kind: "open", until: now + openSeconds * 1_000 };
          return;
        }
        case "half-open":
          state = { kind: "open", until: now + openSeconds * 1_000 };
          return;
        case "open":
          return;
      }
    },
  };
}
