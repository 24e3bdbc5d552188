import type { Cancellation } from "./cancellation.ts";
import { Cancelled } from "./cancellation.ts";
import { ERROR, StateError } from "./errors.ts";

/** An event of an execution as the interpreter keeps it: enough to go on after a crash, and to show what AWS's GetExecutionHistory shows. */
export interface RecordedEvent {
  /** 1, 2, 3 … without a gap. */
  readonly id: number;
  /** The event before it on its own branch; 0 for the first ones. */
  readonly previousEventId: number;
  /** ISO 8601 in UTC with milliseconds. */
  readonly timestamp: string;
  /** As AWS names it: "TaskStateEntered". */
  readonly type: string;
  /** JSON data within it is text, as on AWS. Absent for the types that have none. */
  readonly details?: Readonly<Record<string, unknown>>;
  /**
   * Where in the run it arose: state, visit and attempt, with the branch before it ("Each#1.0[2]/Send#1.0"). A type occurs once at a place, so
   * that a run that is taken up again finds what was recorded.
   */
  readonly place: string;
  /** What else is needed to go on, and AWS does not show: the next state, the items of a Map. */
  readonly memo?: unknown;
}

/** An event in the form of AWS's GetExecutionHistory: the details stand under the name that AWS gives them for the type. */
export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly timestamp: string;
  readonly type: string;
  readonly [details: `${string}EventDetails`]: unknown;
}

/** Where a Standard execution is recorded while it runs. */
export interface Journal {
  /** Everything that was recorded before, in order; empty for a new execution. */
  readonly recorded: readonly RecordedEvent[];
  /** Adds events, durable when answered. An effect is asked for only after what led to it is recorded. */
  append(events: readonly RecordedEvent[]): Promise<void>;
}

/** The hard quota of a Standard execution (AWS developer guide, "Avoid reaching the history quota"). */
const HISTORY_EVENTS_MAX = 25_000;

/** What is put on record: `details` and `memo` are made only when somebody keeps them. */
interface Publication {
  readonly type: string;
  readonly place: string;
  readonly details?: () => Readonly<Record<string, unknown>>;
  readonly memo?: () => unknown;
}

/** The events of one branch of an execution: each points at the one before it. */
export class Chain {
  last: number;
  /** When `last` was recorded; undefined when nobody keeps the history. */
  lastAt: string | undefined;
  readonly cancellation: Cancellation;
  /** The state that the branch is in, for what is recorded when it is cut. */
  inside: { readonly type: string; readonly place: string } | undefined;
  /** The branches of a Parallel or the iterations of a Map that are running in that state. */
  readonly branches = new Set<Chain>();
  /** Set for an iteration of a Map. */
  readonly iteration: { readonly name: string; readonly index: number; readonly place: string } | undefined;

  constructor(last: number, cancellation: Cancellation, iteration?: Chain["iteration"]) {
    this.last = last;
    this.cancellation = cancellation;
    this.iteration = iteration;
  }
}

/** Numbers the events of one execution, hands them to its journal, and finds again what the journal held when it was opened. */
export class History {
  readonly #journal: Journal | undefined;
  readonly #now: () => string;
  readonly #eventsMax: number;
  readonly #found = new Map<string, RecordedEvent>();
  #count = 0;
  #countedAt: string | undefined;
  #unwritten: RecordedEvent[] = [];
  #writing: Promise<void> = Promise.resolve();

  constructor(options: { readonly journal?: Journal | undefined; readonly now: () => string; readonly bounded: boolean }) {
    this.#journal = options.journal;
    this.#now = options.now;
    this.#eventsMax = options.bounded ? HISTORY_EVENTS_MAX : Number.POSITIVE_INFINITY;
    for (const event of options.journal?.recorded ?? []) {
      this.#count = event.id;
      this.#found.set(`${event.type} ${event.place}`, event);
    }
  }

  /** What was recorded before this run began. */
  find(type: string, place: string): RecordedEvent | undefined {
    return this.#found.get(`${type} ${place}`);
  }

  /** Puts an event on record, unless it is there already, and makes it the last one of its chain. Answers its id. */
  publish(chain: Chain, publication: Publication): number {
    const id = this.publishAside(chain, publication, chain.last);
    chain.last = id;
    chain.lastAt = this.find(publication.type, publication.place)?.timestamp ?? this.#countedAt;
    return id;
  }

  /** The same for an event that others of its chain do not point at. */
  publishAside(chain: Chain, { type, place, details, memo }: Publication, previousEventId: number): number {
    if (chain.cancellation.cancelled) throw new Cancelled();
    const found = this.find(type, place);
    if (found !== undefined) return found.id;
    if (this.#count + 1 >= this.#eventsMax) {
      throw new StateError(ERROR.runtime, `The execution reached the maximum number of history events (${this.#eventsMax}).`);
    }
    return this.#add(type, place, previousEventId, details, memo);
  }

  /** The last event of the execution: it may be the one that fills the quota. */
  end(type: string, previousEventId: number, details: () => Readonly<Record<string, unknown>>): void {
    this.#add(type, "", previousEventId, details, undefined);
  }

  /** What was published is durable when this is answered. */
  flush(): Promise<void> {
    const journal = this.#journal;
    if (journal === undefined) return Promise.resolve();
    const events = this.#unwritten;
    if (events.length > 0) {
      this.#unwritten = [];
      this.#writing = this.#writing.then(() => journal.append(events));
      // Whoever waits for it sees the failure; it must not count as unhandled where nobody does.
      this.#writing.catch(() => undefined);
    }
    return this.#writing;
  }

  #add(type: string, place: string, previousEventId: number, details: Publication["details"], memo: Publication["memo"]): number {
    this.#count += 1;
    if (this.#journal !== undefined) {
      const remembered = memo?.();
      const timestamp = this.#now();
      this.#countedAt = timestamp;
      this.#unwritten.push({
        id: this.#count,
        previousEventId,
        timestamp,
        type,
        place,
        ...(details === undefined ? {} : { details: details() }),
        ...(remembered === undefined ? {} : { memo: remembered }),
      });
    }
    return this.#count;
  }
}

/** The state types whose states AWS reports as aborted when their branch is cut. */
const ABORTED = ["Task", "Wait", "Map", "Parallel"];

/** Records what a branch was doing when it was cut, after the failure of another one. */
export function recordCut(history: History, chain: Chain, branch: Chain, previousEventId: number): void {
  const { iteration, inside } = branch;
  if (iteration !== undefined) {
    const { name, index, place } = iteration;
    history.publishAside(chain, { type: "MapIterationAborted", place, details: () => ({ name, index }) }, previousEventId);
  }
  for (const inner of branch.branches) recordCut(history, chain, inner, previousEventId);
  if (inside !== undefined && ABORTED.includes(inside.type)) {
    history.publishAside(chain, { type: `${inside.type}StateAborted`, place: inside.place }, previousEventId);
  }
}

/** The events as AWS's GetExecutionHistory shows them. */
export function historyOf(events: readonly RecordedEvent[]): readonly HistoryEvent[] {
  return events.map(({ id, previousEventId, timestamp, type, details }) => ({
    id,
    previousEventId,
    timestamp,
    type,
    ...(details === undefined ? {} : { [detailsName(type)]: details }),
  }));
}

function detailsName(type: string): `${string}EventDetails` {
  if (type.endsWith("StateEntered")) return "stateEnteredEventDetails";
  if (type.endsWith("StateExited")) return "stateExitedEventDetails";
  return `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
}

/** The details of a failure: AWS leaves out what there is none of. */
export function failureDetails({ error, causeText }: StateError): Readonly<Record<string, unknown>> {
  return { ...(error === "" ? {} : { error }), ...(causeText === "" ? {} : { cause: causeText }) };
}

/** `{ [name]: text, [name + "Details"]: { truncated: false } }`: this interpreter never shortens data. */
export function dataDetails(name: "input" | "output", value: unknown): Readonly<Record<string, unknown>> {
  return { [name]: JSON.stringify(value) ?? "null", [`${name}Details`]: { truncated: false } };
}
