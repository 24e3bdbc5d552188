import { createRateLimit } from "#adapters/embedded";
import type { PlaceInLine, TokenRequest } from "#domain/pace";
import { delayFor } from "#functions/dispatch-postings";

/** A rush of orders through an ERP that is limited, over the real rate limit and the real delays; only the clock, the queue and the worker are a model. */
export interface Rush {
  readonly documentsPerSecond: number;
  readonly burstDocuments: number;
  readonly seconds: number;
  /** What each shop brings, evenly within the rush. */
  readonly shops: Readonly<Record<string, { readonly orders: number }>>;
  /** A plan of 60 documents comes at each of these seconds, from a shop of its own. */
  readonly plansAt?: readonly number[];
  /** So many messages speak of each order, of which all but one come in vain. */
  readonly messagesPerOrder: number;
  /** How often a message that was told to wait is never seen again. */
  readonly lost?: number;
  readonly seed: number;
}

export interface Sent {
  readonly shop: string;
  readonly documents: number;
  /** Seconds from the begin of the rush. */
  readonly cameAt: number;
  readonly sentAt: number;
  /** What had come before it and was not sent, with its own: at the pace of the ERP it would wait so long. */
  readonly backlogSeconds: number;
}

export interface Played {
  /** In the order of their coming; what was never sent, because its messages were lost, is not among them. */
  readonly sent: readonly Sent[];
  /** From the first moment until the last document was sent: what the ERP would have taken, and was not sent. */
  readonly documentsLost: number;
  readonly looksPerOrder: number;
}

const documentsPerOrder = 2;
const documentsPerPlan = 60;
const begin = Date.parse("2026-11-27T10:00:00.000Z");
/** A run takes a tenth of a second, and a receive has ten messages at most, as of SQS. */
const runMilliseconds = 100;
const messagesPerRun = 10;

interface Order {
  readonly id: string;
  readonly shop: string;
  readonly documents: number;
  readonly cameAt: number;
  backlogDocuments: number;
  sentAt?: number;
}

interface Message {
  readonly at: number;
  readonly order: Order;
  readonly place?: PlaceInLine;
  readonly busyCount: number;
}

export async function playRush(rush: Rush): Promise<Played> {
  let now = begin;
  const clock = { now: () => new Date(now).toISOString() };
  const { documentsPerSecond, burstDocuments } = rush;
  const pace = { documentsPerSecond, burstDocuments, throttledPauseSeconds: 2, failuresToOpen: 5, openSeconds: 30 };
  const limit = createRateLimit({ clock, connections: { erp: pace } });
  const chance = chanceOf(rush.seed);
  const orders = ordersOf(rush, chance);
  const queue: Message[] = [];
  for (const order of orders)
    for (let copy = 0; copy < (order.documents === documentsPerPlan ? 1 : rush.messagesPerOrder); copy += 1)
      enqueue(queue, { at: order.cameAt + copy * 300, order, busyCount: 0 });
  noteBacklogs(orders, pace);
  let looks = 0;
  for (let first = queue[0]; first !== undefined; first = queue[0]) {
    now = Math.max(now, first.at) + runMilliseconds;
    const received = receive(queue, now);
    looks += received.length;
    await look(received);
  }
  return summary();

  async function look(received: readonly (readonly Message[])[]): Promise<void> {
    const asking: (readonly Message[])[] = [];
    const requests: TokenRequest[] = [];
    const givenBack: TokenRequest[] = [];
    for (const messages of received) {
      const { order } = messages[0] as Message;
      const [place, ...others] = messages.flatMap((message) => message.place ?? []).sort((a, b) => a.mark - b.mark);
      givenBack.push(...others.map((other) => ({ documents: 0, shop: order.shop, place: other })));
      const documents = order.sentAt === undefined ? order.documents : 0;
      if (documents === 0 && place === undefined) continue;
      asking.push(messages);
      requests.push({ documents, shop: order.shop, ...(place === undefined ? {} : { place }) });
    }
    const answers = await limit.acquire("erp", [...requests, ...givenBack]);
    for (const [index, messages] of asking.entries()) {
      const { order, busyCount } = messages[0] as Message;
      const { answer, until, place } = answers[index] ?? { answer: "wait" };
      if (answer === "granted") order.sentAt ??= now;
      else if (!(chance() < (rush.lost ?? 0)))
        enqueue(queue, {
          at: now + delayFor(busyCount, until, clock.now()) * 1_000,
          order,
          busyCount: busyCount + 1,
          ...(place === undefined ? {} : { place }),
        });
    }
  }

  function summary(): Played {
    const sent = orders.flatMap(({ shop, documents, cameAt, sentAt, backlogDocuments }) =>
      sentAt === undefined
        ? []
        : [
            {
              shop,
              documents,
              cameAt: (cameAt - begin) / 1_000,
              sentAt: (sentAt - begin) / 1_000,
              backlogSeconds: backlogDocuments / documentsPerSecond,
            },
          ],
    );
    const last = Math.max(...sent.map(({ sentAt }) => sentAt));
    const documents = sent.reduce((sum, each) => sum + each.documents, 0);
    return { sent, documentsLost: burstDocuments + documentsPerSecond * last - documents, looksPerOrder: looks / orders.length };
  }
}

function ordersOf({ shops, seconds, plansAt = [] }: Rush, chance: () => number): Order[] {
  const orders: Order[] = [];
  const add = (shop: string, documents: number, cameAt: number) =>
    orders.push({ id: `${shop} ${orders.length}`, shop, documents, cameAt: Math.floor(cameAt), backlogDocuments: 0 });
  for (const [shop, brought] of Object.entries(shops))
    for (let index = 0; index < brought.orders; index += 1)
      add(shop, documentsPerOrder, begin + ((index + chance()) / brought.orders) * seconds * 1_000);
  for (const second of plansAt) add("plans", documentsPerPlan, begin + second * 1_000);
  return orders.sort((a, b) => a.cameAt - b.cameAt);
}

/** As an ERP would have it that sends everything in the order of its coming, and is never idle while something waits. */
function noteBacklogs(orders: readonly Order[], pace: { readonly documentsPerSecond: number; readonly burstDocuments: number }): void {
  let level = pace.burstDocuments;
  let at = begin;
  for (const order of orders) {
    level = Math.min(pace.burstDocuments, level + ((order.cameAt - at) / 1_000) * pace.documentsPerSecond) - order.documents;
    at = order.cameAt;
    order.backlogDocuments = Math.max(0, -level);
  }
}

function enqueue(queue: Message[], message: Message): void {
  let low = 0;
  let high = queue.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((queue[middle]?.at ?? 0) <= message.at) low = middle + 1;
    else high = middle;
  }
  queue.splice(low, 0, message);
}

/** Messages that are due, those of an order together. */
function receive(queue: Message[], now: number): Message[][] {
  const received = new Map<Order, Message[]>();
  for (let count = 0; count < messagesPerRun && (queue[0]?.at ?? Number.POSITIVE_INFINITY) <= now; count += 1) {
    const message = queue.shift() as Message;
    received.set(message.order, [...(received.get(message.order) ?? []), message]);
  }
  return [...received.values()];
}

function chanceOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state / 2 ** 32;
  };
}
