/** Whose events these are: those of one that is gone do not happen any more, those of one that is paused happen when it goes on. */
export interface Owner {
  readonly name: string;
  isAlive: boolean;
  /** Virtual milliseconds since 1970. */
  pausedUntil: number;
}

interface ScheduledEvent {
  readonly at: number;
  /** Events of one instant happen in the order in which they were scheduled. */
  readonly order: number;
  readonly act: () => void;
  readonly owner: Owner | undefined;
}

/** Takes an event back. */
export type Cancel = () => void;

/**
 * Virtual time: whatever happens is an event at an instant, and the next one happens when everything that the one before it caused has come
 * to rest. Between events only microtasks run, so one seed decides everything.
 */
export class Scheduler {
  /** Virtual milliseconds since 1970. */
  now: number;
  /** Events that happened. */
  steps = 0;
  private readonly heap: ScheduledEvent[] = [];
  private readonly cancelled = new Set<number>();
  private orders = 0;

  constructor(startsAt: number) {
    this.now = startsAt;
  }

  after(milliseconds: number, act: () => void, owner?: Owner): Cancel {
    this.orders += 1;
    const event = { at: this.now + Math.max(milliseconds, 0), order: this.orders, act, owner };
    this.push(event);
    return () => this.cancelled.add(event.order);
  }

  /** Resolves when so much virtual time has passed for this owner; never when it is gone. */
  sleep(milliseconds: number, owner?: Owner): Promise<void> {
    return new Promise((resolve) => this.after(milliseconds, resolve, owner));
  }

  /**
   * Lets events happen until `isOver`, asked after each; "exhausted" when nothing is left to happen, "late" after `until` or `stepsMax`
   * events.
   */
  async run(isOver: () => boolean, until: number, stepsMax: number): Promise<"over" | "exhausted" | "late"> {
    await atRest();
    const last = this.steps + stepsMax;
    while (!isOver()) {
      const event = this.next();
      if (event === undefined) return "exhausted";
      if (event.at > until || this.steps >= last) {
        this.push(event);
        return "late";
      }
      this.now = Math.max(this.now, event.at);
      this.steps += 1;
      event.act();
      await atRest();
    }
    return "over";
  }

  /** The next event of somebody who is there to see it. */
  private next(): ScheduledEvent | undefined {
    for (let event = this.pop(); event !== undefined; event = this.pop()) {
      if (this.cancelled.delete(event.order)) continue;
      const { owner } = event;
      if (owner !== undefined && !owner.isAlive) continue;
      if (owner === undefined || owner.pausedUntil <= event.at) return event;
      this.push({ ...event, at: owner.pausedUntil });
    }
    return undefined;
  }

  private push(event: ScheduledEvent): void {
    const { heap } = this;
    let index = heap.push(event) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(event, heap[parent] as ScheduledEvent)) break;
      heap[index] = heap[parent] as ScheduledEvent;
      index = parent;
    }
    heap[index] = event;
  }

  private pop(): ScheduledEvent | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as ScheduledEvent, heap[child] as ScheduledEvent)) child += 1;
      if (!isBefore(heap[child] as ScheduledEvent, last)) break;
      heap[index] = heap[child] as ScheduledEvent;
      index = child;
    }
    heap[index] = last;
    return first;
  }
}

function isBefore(one: ScheduledEvent, other: ScheduledEvent): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}

/** Every microtask has run: whoever still waits, waits for an event. */
function atRest(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
