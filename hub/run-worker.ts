import { setTimeout as sleep } from "node:timers/promises";
import type { Hub } from "./open-hub.ts";

export interface DrainOptions {
  /** Called now and then with what is left. */
  readonly progress?: (left: { readonly messages: number; readonly unannounced: boolean }) => void;
  /** Gives up after this; 600 when absent. */
  readonly secondsMax?: number;
}

/** "left": work remains that cannot be done now, such as postings to an ERP that is down. */
export type DrainAnswer = { readonly kind: "drained" } | { readonly kind: "left"; readonly messages: number; readonly dead: number };

/** A delayed message that becomes visible within this is waited for, as it is longer than a lease; and a workflow that goes on within it. */
const waitForDelayedSeconds = 15;
const idleMilliseconds = 50;
/** Rounds that may fail one after the other before a drain gives up; each is tried again because it changed nothing off the record. */
const failedRoundsMax = 20;

/**
 * Works until nothing is left to do. When another process is the worker of this data folder, waits for it instead, and takes over when it
 * is gone.
 */
export async function drain(hub: Hub, options: DrainOptions = {}): Promise<DrainAnswer> {
  // Whoever waits does so by time as it passes; leases and messages are of the hub's own time, which a test may set.
  const until = performance.now() + (options.secondsMax ?? 600) * 1000;
  const now = () => Date.parse(hub.clock.now());
  let renewed = 0;
  let working = false;
  let failedRounds = 0;
  try {
    for (;;) {
      const round = await tryRound(async () => {
        if (!working || now() - renewed > 1000) {
          working = await isWorker(hub, working);
          renewed = now();
        }
        return working && (await hub.worker.step());
      });
      failedRounds = typeof round === "string" ? 0 : failedRounds + 1;
      if (typeof round !== "string" && failedRounds > failedRoundsMax) throw round.failed;
      if (round === "busy" && performance.now() < until) continue;
      // Asked first: what ends while the backlog is counted is looked at in another round.
      const beside = hub.worker.isReadingBeside();
      const backlog = await hub.worker.backlog();
      const messages = backlog.visibleMessages + backlog.hiddenMessages;
      if (!backlog.unannounced && messages === 0 && !(await unfinishedExecutions(hub))) return { kind: "drained" };
      options.progress?.({ messages, unannounced: backlog.unannounced });
      const next = await hub.worker.nextVisibleAt();
      const nothingNow = backlog.visibleMessages === 0 && !backlog.unannounced && !beside;
      const far = nothingNow && next !== undefined && next - now() > waitForDelayedSeconds * 1000;
      if (far || performance.now() >= until) return { kind: "left", messages, dead: backlog.deadMessages };
      await sleep(idleMilliseconds);
    }
  } finally {
    if (working) await hub.lease.release();
  }
}

/**
 * Works until the signal aborts; waits while another process is the worker. A round or a lease that fails is told to `onError` and tried
 * again: it changes nothing that is not on record.
 */
export async function runWorker(hub: Hub, signal: AbortSignal, onError: (error: unknown) => void): Promise<void> {
  let renewed = 0;
  let working = false;
  const now = () => Date.parse(hub.clock.now());
  while (!signal.aborted) {
    let busy = false;
    try {
      if (!working || now() - renewed > 1000) {
        // Until the lease answers, this process is not the worker.
        const before = working;
        working = false;
        working = await isWorker(hub, before);
        renewed = now();
      }
      busy = working && (await hub.worker.step());
      if (!busy) await hub.metrics.flush();
    } catch (error) {
      onError(error);
    }
    await (busy ? hub.pauses.turn() : hub.pauses.idle());
  }
  try {
    if (working) await hub.lease.release();
  } catch (error) {
    // It runs out by itself, and ends with this process anyway.
    onError(error);
  }
}

async function tryRound(round: () => Promise<boolean>): Promise<"busy" | "idle" | { readonly failed: unknown }> {
  try {
    return (await round()) ? "busy" : "idle";
  } catch (failed) {
    return { failed };
  }
}

/** Takes or renews the lease. A new worker goes on at once with the messages that its predecessor had in hand. */
async function isWorker(hub: Hub, before: boolean): Promise<boolean> {
  const working = (await hub.lease.acquire()).kind === "held";
  if (working && !before) await hub.queue.releaseReceived();
  return working;
}

/** One that waits for a callback, or for an hour that is not over, is nothing to be done now. */
async function unfinishedExecutions(hub: Hub): Promise<boolean> {
  return hub.executions.anyAtWork(waitForDelayedSeconds);
}
