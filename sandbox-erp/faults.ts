/**
 * "throttle" answers 429, "fail-before" 500 without applying the request, "fail-after" applies it and answers 500, "drop-before" and "drop-after" close the
 * connection without an answer, "delay" waits before it applies and answers (the client may have gone by then).
 */
export const faultKinds = ["throttle", "fail-before", "fail-after", "drop-before", "drop-after", "delay"] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface Fault {
  readonly kind: FaultKind;
  /** How many requests it befalls. */
  readonly requests: number;
  /** Of "delay" only. */
  readonly delayMilliseconds?: number | undefined;
  /** Only requests whose path starts with this; absent: every path but /health and /v1/faults. */
  readonly path?: string | undefined;
}

export const faultRequestsMax = 10_000;
export const faultDelayMillisecondsMax = 60_000;
export const faultsMax = 100;

/** Faults on demand: they befall the next requests, first in first out. */
export interface Faults {
  inject(fault: Fault): void;
  pending(): readonly Fault[];
  clear(): void;
}

export interface FaultQueue extends Faults {
  /** The fault for a request to this path, used up once. */
  take(path: string): Fault | undefined;
}

export function createFaultQueue(initial: readonly Fault[]): FaultQueue {
  let queue: Fault[] = [...initial];
  return {
    inject(fault) {
      if (queue.length >= faultsMax) throw new RangeError(`at most ${faultsMax} faults can wait: clear them first`);
      queue.push(fault);
    },
    pending: () => queue,
    clear() {
      queue = [];
    },
    take(path) {
      if (queue.length === 0) return undefined;
      const index = queue.findIndex((fault) => path.startsWith(fault.path ?? "/"));
      const fault = queue[index];
      if (fault === undefined) return undefined;
      if (fault.requests > 1) queue[index] = { ...fault, requests: fault.requests - 1 };
      else queue.splice(index, 1);
      return fault;
    },
  };
}
