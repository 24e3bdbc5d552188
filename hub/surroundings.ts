import { randomBytes } from "node:crypto";
import { setTimeout as sleepOnce } from "node:timers/promises";
import { createDocumentStore, type EmbeddedDocumentStore, type HubDatabase, openDatabase, type PolicyLoader } from "#adapters/embedded";
import { createHttp } from "#adapters/http";
import type { Machine, Sleep } from "#asl";
import type { PaceSettings } from "#domain/pace";
import type { Policy } from "#domain/policy";
import { type PostingRules, postingRules } from "#domain/posting";
import type { Clock } from "#ports/clock";
import type { Http } from "#ports/http";
import { loadMachines } from "./machines.ts";
import { policyFolders } from "./open-policies.ts";
import { connectErps, type HubErps } from "./sandbox-erps.ts";
import { sleepFor } from "./sleep.ts";

/** Ports of the hub that stand between it and something outside of its own memory. */
export type PortName =
  | "policies"
  | "lineage store"
  | "documents"
  | "references"
  | "work lists"
  | "metrics"
  | "queue"
  | "bus"
  | "rate limit"
  | "secrets"
  | "executions"
  | "task tokens"
  | "cursors"
  | "lease";

/** What a worker waits between its rounds. */
export interface WorkerPauses {
  /** After a round that found work: lets others have their turn. */
  turn(): Promise<void>;
  /** After one that found none. */
  idle(): Promise<void>;
}

/**
 * What a hub takes from the machine it runs on, the clock apart. The simulation gives a hub surroundings in which one seed decides
 * everything, and stands between it and each of its ports: so the product's own wiring is what is simulated.
 */
export interface Surroundings {
  readonly http: Http & { close(): void };
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly sleep: Sleep;
  readonly pauses: WorkerPauses;
  /** Names this worker, unique among all that ever ran on the data folder. */
  readonly owner: string;
  readonly policyLoader: PolicyLoader;
  /** Of every ERP connection. */
  readonly pace: PaceSettings;
  readonly rules: PostingRules;
  openDatabase(path: string): HubDatabase;
  documents(folder: string): EmbeddedDocumentStore;
  machines(): ReadonlyMap<string, Machine>;
  connectErps(options: {
    readonly policy: Policy;
    readonly dataFolder: string;
    readonly http: Http;
    readonly clock: Clock;
    /** What a connection signs in with. */
    readonly credentials: (connection: string) => Promise<Readonly<Record<string, string>> | undefined>;
  }): Promise<HubErps>;
  /** The port that the hub is given for this one. */
  port<Port extends object>(name: PortName, port: Port): Port;
}

/** The pace of the embedded connections: far above what one machine makes, so that only a failing ERP slows them. */
const pace: PaceSettings = {
  documentsPerSecond: 20_000,
  burstDocuments: 20_000,
  throttledPauseSeconds: 2,
  failuresToOpen: 5,
  openSeconds: 5,
};

const idleMilliseconds = 50;

export function thisMachine(): Surroundings {
  return {
    http: createHttp(),
    random: Math.random,
    sleep: sleepFor,
    pauses: { turn: () => new Promise((resolve) => setImmediate(resolve)), idle: () => sleepOnce(idleMilliseconds) },
    owner: `${process.pid}-${randomBytes(6).toString("hex")}`,
    policyLoader: policyFolders,
    pace,
    rules: postingRules,
    openDatabase: (path) => openDatabase(path),
    documents: createDocumentStore,
    machines: loadMachines,
    connectErps,
    port: (_name, port) => port,
  };
}
