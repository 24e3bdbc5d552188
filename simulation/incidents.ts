import { Unavailable, UnknownOutcome } from "#domain/failures";
import type { DocumentItem } from "#domain/lineage";
import type { Hub } from "#hub";
import { connectionQueue } from "#wiring";
import type { Host } from "./host.ts";
import { releasedAgain } from "./policies.ts";
import type { Town } from "./town.ts";

const messagesOfOneShop = 30;

/** What happens once in a while and is no port call: outages, releases, and what operators do in the midst of traffic. */
export class Incidents {
  private readonly town: Town;
  private readonly hosts: () => readonly Host[];

  constructor(town: Town, hosts: () => readonly Host[]) {
    this.town = town;
    this.hosts = hosts;
  }

  /** Draws what happens within the next `span` virtual milliseconds. */
  draw(span: number): void {
    const { town } = this;
    const { chance, scheduler } = town;
    const sometime = (act: () => void) => scheduler.after(chance.between(0, span), act);
    const soon = (act: () => void) => scheduler.after(chance.between(0, Math.min(span, 40_000)), act);
    for (const erp of town.erps.values()) {
      if (town.weather["ERP outage"] > 0 && chance.happens(0.7)) {
        const from = scheduler.now + chance.between(0, span);
        const lasts = chance.ofAnyScale(5_000, 7_200_000);
        erp.gate.addOutage(from, from + lasts);
        town.note("ERP outage", () => `${erp.name} is down from ${new Date(from).toISOString()} for ${Math.round(lasts / 1000)} s`);
      }
      if (town.weather["ERP quota shrinks"] > 0 && chance.happens(0.7)) {
        const from = scheduler.now + chance.between(0, span);
        const steps = 1 + chance.below(20);
        erp.gate.addQuota(from, steps);
        town.note("ERP quota shrinks", () => `${erp.name} takes ${steps} steps a minute from ${new Date(from).toISOString()} on`);
      }
    }
    if (town.weather["policy release"] > 0)
      for (let count = chance.below(5); count >= 0; count -= 1) (chance.happens(0.5) ? sometime : soon)(() => this.releasePolicy());
    if (town.weather.deploy > 0) sometime(() => this.deploy());
    if (town.weather.replay > 0) for (let count = chance.below(3); count >= 0; count -= 1) sometime(() => this.inTraffic("replay", replay));
    if (town.weather.redrive > 0) {
      const twice = async (hub: Hub) => {
        await Promise.all([hub.worker.redrive(), hub.worker.redrive()]);
      };
      for (let count = chance.below(3); count >= 0; count -= 1) sometime(() => this.inTraffic("redrive", twice));
    }
    if (town.weather["poisoned message"] > 0)
      sometime(() => this.fill("poisoned message", "poisoned.example", () => ({ shop: "poisoned.example" })));
    if (town.weather["hot shop"] > 0)
      sometime(() =>
        this.fill("hot shop", "hot.example", (count, connection) => ({
          shop: "hot.example",
          transactions: [{ id: `sale:shopify:hot.example:${count}`, connections: [connection] }],
        })),
      );
  }

  /** From now on nobody is down, and everybody takes what comes. */
  end(): void {
    for (const { gate } of this.town.erps.values()) gate.open();
  }

  private releasePolicy(): void {
    const { town } = this;
    town.policyFiles = releasedAgain(town.policyFiles);
    town.note("policy release", () => "policies with another content and the same rules come into force");
    town.stir();
  }

  /** Another version of the posting rules, with the same meaning: every host stops at once, and comes up with it. */
  private deploy(): void {
    const { town } = this;
    town.deploys += 1;
    town.note("deploy", () => `version ${town.deploys} of the posting rules is deployed`);
    for (const host of [...this.hosts()]) host.crash();
  }

  private inTraffic(kind: "replay" | "redrive", act: (hub: Hub) => Promise<void>): void {
    const { town } = this;
    const hub = this.hosts().find(({ isAlive, hub: open }) => isAlive && open !== undefined)?.hub;
    if (hub === undefined) return;
    town.note(kind, () => "somebody presses the button in the midst of traffic");
    act(hub).catch((error: unknown) => {
      if (!(error instanceof Unavailable || error instanceof UnknownOutcome)) town.fail(error);
    });
  }

  /** One shop fills the posting queues: with messages that nobody can read, or with transactions that nothing is known of. */
  private fill(kind: "poisoned message" | "hot shop", shop: string, bodyOf: (count: number, connection: string) => object): void {
    const { town } = this;
    const insert = town.observer.prepare("INSERT INTO message (queue, grp, body, sent_at, visible_at) VALUES (?, ?, ?, ?, ?)");
    const now = Math.floor(town.scheduler.now);
    town.note(kind, () => `${messagesOfOneShop} messages of ${shop} come into each posting queue`);
    for (const connection of town.erps.keys())
      for (let count = 0; count < messagesOfOneShop; count += 1)
        insert.run(connectionQueue("posting", connection), shop, JSON.stringify(bodyOf(count, connection)), now, now);
    town.stir();
  }
}

/** Announces every recorded document again, as the command does. */
export async function replay(hub: Hub): Promise<void> {
  const announce = hub.handlers.get("announce-events") as (input: { items: readonly DocumentItem[] }) => Promise<unknown>;
  for (let after = 0; ; ) {
    const records = await hub.lineage.readAfter(after, itemsPerRead);
    const last = records.at(-1);
    if (last === undefined) return;
    after = last.seq;
    const items = records.map(({ item }) => item).filter((item) => item.type === "document");
    if (items.length > 0) await announce({ items });
  }
}

const itemsPerRead = 500;
