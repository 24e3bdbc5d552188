import type { ApiClient } from "#domain/access";
import { Unavailable, UnknownOutcome } from "#domain/failures";
import { createHandler as receiveEvents } from "#functions/receive-events";
import type { Hub } from "#hub";
import type { Host } from "./host.ts";
import type { Town } from "./town.ts";
import { Violation } from "./violation.ts";

/** Goods of one order line that a warehouse has looked at, and put back onto its shelves. */
export interface GoodsReceived {
  readonly receipt: string;
  readonly shop: string;
  /** The shop's ids of the order and its line. */
  readonly order: string;
  readonly line: string;
  readonly item: string;
  readonly pieces: number;
  /** An instant. */
  readonly at: string;
}

const secret = "secret-of-the-simulated-warehouse-01";
const answerMilliseconds = 10_000;
const attemptsMax = 40;

/** The warehouse's side of the API: it states what it received, and states it again until it is told that it is on record. */
export class Warehouse {
  private readonly town: Town;
  private readonly hosts: () => readonly Host[];
  private readonly doors = new WeakMap<Hub, ReturnType<typeof receiveEvents>>();
  private waiting = 0;

  constructor(town: Town, hosts: () => readonly Host[]) {
    this.town = town;
    this.hosts = hosts;
  }

  get isDone(): boolean {
    return this.waiting === 0;
  }

  state(received: GoodsReceived, inMilliseconds: number): void {
    this.waiting += 1;
    this.town.scheduler.after(inMilliseconds, () => this.attempt(received, 1));
  }

  private attempt(received: GoodsReceived, count: number): void {
    const { town } = this;
    const { scheduler } = town;
    if (count > attemptsMax) throw new Violation("everything drains", `${received.receipt} was stated ${attemptsMax} times in vain`);
    let isAnswered = false;
    const again = () => {
      if (isAnswered) return;
      isAnswered = true;
      scheduler.after(Math.min(2_000 * 2 ** count, 600_000), () => this.attempt(received, count + 1));
    };
    const open = this.hosts().filter(({ hub, isAlive }) => isAlive && hub !== undefined);
    const host = open.length === 0 ? undefined : town.chance.from(open);
    if (host?.hub === undefined) {
      again();
      return;
    }
    this.doorOf(
      host.hub,
      received,
    )({
      headers: { authorization: `Bearer warehouse.${secret}`, "content-type": "application/json" },
      body: new TextEncoder().encode(JSON.stringify({ documents: [documentOf(received)] })),
    })
      .then(
        ({ status, body }) => {
          if (!host.isAlive || isAnswered) return;
          if (status === 503 || status === 429) again();
          else if (status === 200) {
            isAnswered = true;
            this.waiting -= 1;
            town.story.tell(() => `the warehouse has ${received.pieces} × ${received.item} of order ${received.order} back`);
          } else throw new Violation("only expected failures", `${received.receipt} was answered ${status}: ${body}`);
        },
        (error: unknown) => {
          if (!(error instanceof Unavailable || error instanceof UnknownOutcome)) throw error;
          again();
        },
      )
      .catch(town.fail);
    scheduler.after(answerMilliseconds, again);
  }

  private doorOf(hub: Hub, { shop }: GoodsReceived): ReturnType<typeof receiveEvents> {
    let door = this.doors.get(hub);
    if (door === undefined) {
      const { lineage, documents, clock, metrics } = hub;
      const client: ApiClient = { secrets: [secret], may: ["write-events"], channels: [{ channel: "shopify", places: [shop] }] };
      const apiClients = { find: async (name: string) => (name === "warehouse" ? client : undefined) };
      this.doors.set(hub, (door = receiveEvents({ apiClients, documents, lineage, clock, metrics })));
    }
    return door;
  }
}

function documentOf({ receipt, shop, order, line, item, pieces, at }: GoodsReceived) {
  const event = {
    ...{ name: "return.received", schema: 1, key: `return.received:${receipt}`, version: at, occurredAt: at, orderId: order },
    ...{ returnId: `return of ${receipt}`, receiptId: receipt, lineId: line, item, quantityMillionths: pieces * 1_000_000 },
    disposition: "restocked",
  };
  return { channel: "shopify", place: shop, resource: "return", id: event.returnId, version: at, events: [event] };
}
