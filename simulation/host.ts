import { tmpdir } from "node:os";
import { join } from "node:path";
import { type HubDatabase, openDatabase } from "#adapters/embedded";
import type { Machine } from "#asl";
import { Unavailable, UnknownOutcome } from "#domain/failures";
import { postingRules } from "#domain/posting";
import { type Hub, loadMachines, openHub, runWorker, type Surroundings } from "#hub";
import { erpOverTheNetwork } from "./erp-network.ts";
import { PaceWatch } from "./pace-watch.ts";
import type { Owner } from "./scheduler.ts";
import { simulatedPort } from "./simulated-ports.ts";
import type { Town } from "./town.ts";
import { Violation } from "./violation.ts";

/** Secret of every simulated shop. */
export const webhookSecret = "secret of the simulated shop";

let machines: ReadonlyMap<string, Machine> | undefined;
/** Parsed once: they are never changed. */
function parsedMachines(): ReadonlyMap<string, Machine> {
  machines ??= loadMachines();
  return machines;
}

/** One process with a hub in it, until it crashes. */
export class Host implements Owner {
  readonly name: string;
  isAlive = true;
  pausedUntil = 0;
  /** How far its clock is off, in milliseconds. */
  readonly skew: number;
  private readonly town: Town;
  private readonly onCrash: () => void;
  private readonly onFailure: (failure: unknown) => void;
  private database: HubDatabase | undefined;
  hub: Hub | undefined;
  readonly paceWatch: PaceWatch;
  /** Its worker found nothing to do, and nobody has written anything since. */
  isIdle = false;

  constructor(options: {
    readonly town: Town;
    readonly name: string;
    readonly skew: number;
    readonly onCrash: () => void;
    readonly onFailure: (failure: unknown) => void;
  }) {
    this.town = options.town;
    this.paceWatch = new PaceWatch(options.town, options.skew);
    this.name = options.name;
    this.skew = options.skew;
    this.onCrash = options.onCrash;
    this.onFailure = options.onFailure;
  }

  /** Opens the hub and has its worker work until the host dies. */
  async start(): Promise<void> {
    try {
      this.hub = await openHub({
        dataFolder: join(tmpdir(), "throughline-simulation"),
        policiesFolder: "simulated",
        webhookSecret,
        clock: { now: () => new Date(this.town.scheduler.now + this.skew).toISOString() },
        surroundings: this.surroundings(),
      });
      await runWorker(this.hub, new AbortController().signal, (error) => this.noteFailedRound(error));
    } catch (failure) {
      this.onFailure(failure);
    }
  }

  /** From this instant on nothing of it happens any more; what it had not committed is lost. */
  crash(): void {
    if (!this.isAlive) return;
    this.isAlive = false;
    this.hub = undefined;
    this.database?.connection.close();
    this.database = undefined;
    this.onCrash();
  }

  /** Nothing of it happens for so long; then it goes on as if nothing had been. */
  stall(milliseconds: number): void {
    this.pausedUntil = Math.max(this.pausedUntil, this.town.scheduler.now + milliseconds);
    // Another worker looks for work once the lease of this one is out.
    if (milliseconds > workerLeaseMilliseconds) this.town.scheduler.after(workerLeaseMilliseconds, () => this.town.stir());
  }

  /** A round fails when a port does, and is tried again; anything else is a fault of the product. */
  private noteFailedRound(error: unknown): void {
    this.town.story.tell(() => `a round of ${this.name} fails: ${error instanceof Error ? error.message : String(error)}`);
    if (error instanceof Unavailable || error instanceof UnknownOutcome) return;
    this.onFailure(error);
  }

  private surroundings(): Surroundings {
    const { town } = this;
    const { scheduler, chance } = town;
    return {
      http: { send: () => Promise.reject(new Unavailable("the simulation has no such server")), close: () => {} },
      random: () => chance.unit(),
      sleep: (milliseconds, signal) =>
        new Promise((resolve, reject) => {
          const cancel = scheduler.after(milliseconds, resolve, this);
          signal.addEventListener("abort", () => {
            cancel();
            reject(signal.reason);
          });
        }),
      pauses: { turn: () => scheduler.sleep(1, this), idle: () => this.idle() },
      owner: this.name,
      policyLoader: {
        read: () => town.policyFiles,
        build: town.buildPolicy,
      },
      pace: town.pace,
      rules: { ...postingRules, version: postingRules.version + town.deploys },
      openDatabase: () => {
        const commit = (work: () => void) => scheduler.after(1, work, this);
        this.database = openDatabase(town.databasePath, { later: commit });
        return this.database;
      },
      documents: () => town.documents,
      machines: parsedMachines,
      connectErps: async ({ policy }) => {
        const erps = new Map(
          Object.entries(policy.connections).map(([name, settings]) => {
            const erp = town.erps.get(name);
            if (erp === undefined) throw new Error(`no simulated ERP for ${name}`);
            return [name, erpOverTheNetwork(town, this, erp, settings)] as const;
          }),
        );
        return {
          sandbox: undefined,
          erp(connection) {
            const erp = erps.get(connection);
            if (erp === undefined) throw new Violation("only expected failures", `an ERP connection ${connection} was asked for`);
            return erp;
          },
          follow: async () => {},
          close: async () => {},
        };
      },
      port: (name, port) => simulatedPort(town, this, name, port),
    };
  }

  /** Until somebody writes something, a delayed message becomes visible, or an hour has passed. */
  private idle(): Promise<void> {
    const { town } = this;
    const { scheduler } = town;
    const next = town.nextMessageAt();
    const untilMessage = next === undefined ? idleMillisecondsMax : next - scheduler.now - this.skew + 1;
    this.isIdle = true;
    return new Promise((resolve) => {
      let isAwake = false;
      const wake = () => {
        if (isAwake) return;
        isAwake = true;
        this.isIdle = false;
        cancel();
        scheduler.after(5, resolve, this);
      };
      const cancel = scheduler.after(Math.min(Math.max(untilMessage, 50), idleMillisecondsMax), wake, this);
      town.onStir(wake);
    });
  }
}

/** A second more than a worker holds its lease without renewing it. */
const workerLeaseMilliseconds = 6_000;
const idleMillisecondsMax = 3_600_000;
