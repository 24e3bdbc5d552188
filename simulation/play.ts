import { threadId } from "node:worker_threads";
import type { PolicyFile } from "#domain/policy";
import { Chance } from "./chance.ts";
import { FileSenders } from "./file-senders.ts";
import { Host } from "./host.ts";
import { Incidents, replay } from "./incidents.ts";
import { People } from "./people.ts";
import { buildWithLag } from "./policies.ts";
import { Record } from "./record.ts";
import { ReturnCounters } from "./return-counters.ts";
import { Scheduler } from "./scheduler.ts";
import type { Script } from "./script.ts";
import { Shop } from "./shop.ts";
import { type ErpKind, SimulatedErp } from "./simulated-erp.ts";
import { Story } from "./story.ts";
import { Town } from "./town.ts";
import { Violation } from "./violation.ts";
import { Warehouse } from "./warehouse.ts";
import { calm, type Weather } from "./weather.ts";

export interface PlayOptions {
  readonly seed: number;
  readonly script: Script;
  readonly weather: Weather;
  readonly erpKinds: Readonly<globalThis.Record<string, ErpKind>>;
  readonly hosts: number;
  readonly visibilityLagSeconds: number;
  /** The pace that the hub keeps towards each ERP. */
  readonly documentsPerSecond: number;
  readonly policyFiles: readonly PolicyFile[];
  readonly isTold: boolean;
  /** Virtual milliseconds since 1970 before which it does not end: some things only time brings about. */
  readonly endsAfter?: number;
  /** Whether everything is announced once more at the end. */
  readonly isReplayed: boolean;
}

export interface Played {
  readonly town: Town;
  readonly record: Record;
  readonly people: People;
  readonly steps: number;
}

const day = 86_400_000;
const stepsMax = 400_000;
let plays = 0;

/** Plays a script: first with what the weather brings, then in calm until everything is at rest. Throws a Violation. */
export async function play(options: PlayOptions, begun: (town: Town) => void = () => {}): Promise<Played> {
  const { seed, script } = options;
  const scheduler = new Scheduler(script.startsAt);
  const chance = new Chance(seed);
  const story = new Story(options.isTold, () => scheduler.now);
  plays += 1;
  const town = new Town({
    scheduler,
    chance,
    story,
    erps: new Map(Object.entries(options.erpKinds).map(([name, kind]) => [name, new SimulatedErp(name, kind)])),
    weather: options.weather,
    policyFiles: options.policyFiles,
    buildPolicy: buildWithLag(options.visibilityLagSeconds),
    pace: {
      documentsPerSecond: options.documentsPerSecond,
      burstDocuments: Math.ceil(3 * options.documentsPerSecond),
      throttledPauseSeconds: 2,
      failuresToOpen: 5,
      openSeconds: 5,
    },
    name: `simulation-${threadId}-${plays}`,
  });
  begun(town);
  const { hosts } = town;
  let count = 0;
  const startHost = (place: number) => {
    count += 1;
    const skew = options.weather["clock skew"] > 0 ? Math.round(chance.between(-2_400, 2_400)) : 0;
    const host = new Host({
      town,
      name: `host ${place + 1}, life ${count}`,
      skew,
      onCrash: () => scheduler.after(chance.ofAnyScale(200, 60_000), () => startHost(place)),
      onFailure: town.fail,
    });
    hosts[place] = host;
    story.tell(() => `${host.name} starts`);
    void host.start();
  };
  for (let place = 0; place < options.hosts; place += 1) startHost(place);

  const shop = new Shop(town, () => hosts);
  const senders = new FileSenders(town, () => hosts);
  const people = new People(town, () => hosts);
  let last = 0;
  for (const { inMilliseconds, delivery } of script.webhooks) {
    const late = town.strikes("delivery delayed", () => `${delivery.id} is held up`) ? chance.ofAnyScale(1_000, day) : 0;
    shop.send(delivery, inMilliseconds + late);
    last = Math.max(last, inMilliseconds + late);
  }
  for (const { inMilliseconds, delivery } of script.files) {
    senders.send(delivery, inMilliseconds);
    last = Math.max(last, inMilliseconds);
  }
  const counters = new ReturnCounters(town, () => hosts);
  for (const { inMilliseconds, delivery } of script.returns) {
    counters.ask(delivery, inMilliseconds);
    last = Math.max(last, inMilliseconds);
  }
  const warehouse = new Warehouse(town, () => hosts);
  for (const { inMilliseconds, delivery } of script.received) {
    warehouse.state(delivery, inMilliseconds);
    last = Math.max(last, inMilliseconds);
  }
  people.work(1_800_000);
  const incidents = new Incidents(town, () => hosts);
  incidents.draw(last);

  let looked = 0;
  const check = () => {
    looked += 1;
    if (looked % 400 === 0) town.watch.look();
    if (town.failure !== undefined) throw town.failure;
    return false;
  };
  await scheduler.run(check, script.startsAt + last + 60_000, stepsMax);
  story.tell(() => "from here on nothing goes wrong any more");
  town.weather = calm;
  incidents.end();
  const record = new Record(town.observer);
  const isDone = () =>
    check() ||
    (scheduler.now >= (options.endsAfter ?? 0) &&
      shop.isDone &&
      senders.isDone &&
      counters.isDone &&
      warehouse.isDone &&
      hosts.every(({ isIdle }) => isIdle) &&
      people.open().length === 0 &&
      record.deadLetters() === 0 &&
      record.isAtRest(scheduler.now));
  const end = await scheduler.run(isDone, scheduler.now + 5 * day, stepsMax);
  assertEnded(end, () => whatIsLeft(town, shop, people));
  if (options.isReplayed) await replayEverything();
  town.watch.look();
  town.watch.compare();
  return { town, record, people, steps: scheduler.steps };

  /** At rest a replay of everything is looked at, and nothing comes of it. */
  async function replayEverything(): Promise<void> {
    const hub = hosts.find(({ isAlive, hub: open }) => isAlive && open !== undefined)?.hub;
    if (hub === undefined) throw new Violation("everything drains", "no hub is open when everything is at rest");
    const taken = () => [...town.erps.values()].map((erp) => erp.documents.length + erp.reversalCount).join();
    const before = { taken: taken(), items: record.itemCount() };
    let isReplayed = false;
    replay(hub).then(() => (isReplayed = true), town.fail);
    story.tell(() => "everything is replayed");
    const ended = await scheduler.run(() => isDone() && isReplayed, scheduler.now + day, stepsMax);
    assertEnded(ended, () => whatIsLeft(town, shop, people));
    if (taken() !== before.taken || record.itemCount() !== before.items)
      throw new Violation(
        "a full replay changes nothing",
        `documents ${before.taken} became ${taken()}, items ${before.items} became ${record.itemCount()}`,
      );
  }
}

function assertEnded(end: "over" | "exhausted" | "late", left: () => string): void {
  if (end === "exhausted") throw new Violation("a task waits for ports alone", "nothing is left to happen, and the hub is not done");
  if (end === "late") throw new Violation("everything drains", left());
}

function whatIsLeft(town: Town, shop: Shop, people: People): string {
  const messages = town.observer.prepare("SELECT queue, body, receives FROM message WHERE dead_at IS NULL LIMIT 3").all();
  const running = town.observer.prepare("SELECT machine, name FROM execution WHERE status = 'running' LIMIT 5").all();
  return JSON.stringify({ shopIsDone: shop.isDone, openApprovals: people.open().length, messages, running });
}
