import { DatabaseSync } from "node:sqlite";
import type { EmbeddedDocumentStore, PolicyLoader } from "#adapters/embedded";
import type { PaceSettings } from "#domain/pace";
import type { PolicyFile } from "#domain/policy";
import type { Chance } from "./chance.ts";
import type { Host } from "./host.ts";
import { createMemoryDocuments } from "./memory-documents.ts";
import type { Scheduler } from "./scheduler.ts";
import type { SimulatedErp } from "./simulated-erp.ts";
import type { Story } from "./story.ts";
import { LineageWatch } from "./watch.ts";
import type { FaultKind, Weather } from "./weather.ts";

/** What outlives every crash of a hub: its database, its documents, the ERPs, and the world around them. */
export class Town {
  readonly scheduler: Scheduler;
  readonly chance: Chance;
  readonly story: Story;
  readonly erps: ReadonlyMap<string, SimulatedErp>;
  readonly documents: EmbeddedDocumentStore = createMemoryDocuments();
  readonly databasePath: string;
  /** Keeps the database in memory while no hub has it open, and is what the invariants read with. */
  readonly observer: DatabaseSync;
  /** What can go wrong now. */
  weather: Weather;
  /** What could go wrong before the calm. */
  readonly worst: Weather;
  /** The policy files as they lie in the folder now. */
  policyFiles: readonly PolicyFile[];
  readonly buildPolicy: PolicyLoader["build"];
  readonly pace: PaceSettings;
  /** How often another version of the posting rules was deployed. */
  deploys = 0;
  /** Made when the first hub has made the database. */
  private lineageWatch: LineageWatch | undefined;
  readonly faults = new Map<FaultKind, number>();
  /** The processes that have a hub in them. */
  readonly hosts: Host[] = [];
  /** What ended the seed before its time. */
  failure: unknown;
  readonly fail = (failure: unknown): void => {
    this.failure ??= failure;
  };
  private readonly sleepers = new Set<() => void>();

  constructor(options: {
    readonly scheduler: Scheduler;
    readonly chance: Chance;
    readonly story: Story;
    readonly erps: ReadonlyMap<string, SimulatedErp>;
    readonly weather: Weather;
    readonly policyFiles: readonly PolicyFile[];
    readonly buildPolicy: PolicyLoader["build"];
    readonly pace: PaceSettings;
    readonly name: string;
  }) {
    this.scheduler = options.scheduler;
    this.chance = options.chance;
    this.story = options.story;
    this.erps = options.erps;
    this.weather = options.weather;
    this.worst = options.weather;
    this.policyFiles = options.policyFiles;
    this.buildPolicy = options.buildPolicy;
    this.pace = options.pace;
    this.databasePath = `file:${options.name}?mode=memory&cache=shared`;
    this.observer = new DatabaseSync(this.databasePath);
  }

  get watch(): LineageWatch {
    this.lineageWatch ??= new LineageWatch(this.observer);
    return this.lineageWatch;
  }

  /** Whether a fault of this kind happens on this occasion; it is counted, and told. */
  strikes(kind: FaultKind, told: () => string): boolean {
    if (!this.chance.happens(this.weather[kind])) return false;
    this.note(kind, told);
    return true;
  }

  /** As `strikes`, for what takes its time: whether it was to happen is not a matter of when the calm begins. */
  wasToStrike(kind: FaultKind, told: () => string): boolean {
    if (!this.chance.happens(this.worst[kind])) return false;
    this.note(kind, told);
    return true;
  }

  note(kind: FaultKind, told: () => string): void {
    this.faults.set(kind, (this.faults.get(kind) ?? 0) + 1);
    this.story.tell(() => `FAULT ${kind}: ${told()}`);
  }

  /** Wakes every worker that idles: something was written. */
  stir(): void {
    const waking = [...this.sleepers];
    this.sleepers.clear();
    for (const wake of waking) wake();
  }

  onStir(wake: () => void): void {
    this.sleepers.add(wake);
  }

  /** When the next message becomes visible; undefined when none waits. */
  nextMessageAt(): number | undefined {
    const row = this.nextMessage().get();
    return typeof row?.at === "number" ? row.at : undefined;
  }

  private nextMessageStatement: ReturnType<DatabaseSync["prepare"]> | undefined;
  private nextMessage() {
    this.nextMessageStatement ??= this.observer.prepare("SELECT min(visible_at) AS at FROM message WHERE dead_at IS NULL");
    return this.nextMessageStatement;
  }
}
