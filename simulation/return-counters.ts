import type { ApiClient } from "#domain/access";
import { Unavailable, UnknownOutcome } from "#domain/failures";
import { createHandler as authorizeReturn } from "#functions/authorize-return";
import type { Hub } from "#hub";
import type { Host } from "./host.ts";
import type { Town } from "./town.ts";
import { Violation } from "./violation.ts";

/** A customer who stands at a store's till with something that the web shop sold. */
export interface ReturnAsked {
  /** The till's own name of it. */
  readonly request: string;
  /** As customers say it: "#1001". */
  readonly order: string;
  readonly item: string;
  readonly pieces: number;
  /** How many of it the order sold. */
  readonly sold: number;
}

interface Answer {
  readonly authorization?: string | null;
  readonly lines?: readonly { readonly quantityMillionths: number }[];
}

const secret = "secret-of-the-simulated-tills-0001";
const client: ApiClient = { secrets: [secret], may: ["authorize-returns"], channels: [{ channel: "pos", places: ["0101"] }] };
const answerMilliseconds = 10_000;
const attemptsMax = 40;

/** The tills' side of returns: they ask for leave, ask again under the same name when nobody answers, and remember what they were promised. */
export class ReturnCounters {
  private readonly town: Town;
  private readonly hosts: () => readonly Host[];
  private readonly doors = new WeakMap<Hub, ReturnType<typeof authorizeReturn>>();
  /** Pieces promised, by order and item, and by authorisation and who was told of it. */
  private readonly promised = new Map<string, Map<string, number>>();
  private waiting = 0;

  constructor(town: Town, hosts: () => readonly Host[]) {
    this.town = town;
    this.hosts = hosts;
  }

  get isDone(): boolean {
    return this.waiting === 0;
  }

  ask(asked: ReturnAsked, inMilliseconds: number): void {
    this.waiting += 1;
    this.town.scheduler.after(inMilliseconds, () => this.attempt(asked, 1));
  }

  private attempt(asked: ReturnAsked, count: number): void {
    const { town } = this;
    const { scheduler } = town;
    if (count > attemptsMax) throw new Violation("everything drains", `${asked.request} was asked ${attemptsMax} times in vain`);
    const again = () => scheduler.after(Math.min(2_000 * 2 ** count, 600_000), () => this.attempt(asked, count + 1));
    const open = this.hosts().filter(({ hub, isAlive }) => isAlive && hub !== undefined);
    const host = open.length === 0 ? undefined : town.chance.from(open);
    if (host?.hub === undefined) {
      again();
      return;
    }
    let isAnswered = false;
    const answered = (next: () => void) => {
      if (isAnswered || !host.isAlive) return;
      isAnswered = true;
      next();
    };
    this.doorOf(host.hub)({ headers: { authorization: `Bearer tills.${secret}`, "content-type": "application/json" }, body: bodyOf(asked) })
      .then(
        ({ status, body }) =>
          answered(() => {
            town.story.tell(() => `the till asks for ${asked.pieces} × ${asked.item} of ${asked.order} (${asked.request}): ${status}`);
            if (status === 200) this.note(asked, JSON.parse(body) as Answer);
            else if (status === 503 || status === 429) again();
            else throw new Violation("only expected failures", `${asked.request} was answered ${status}: ${body}`);
          }),
        (error: unknown) =>
          answered(() => {
            if (!(error instanceof Unavailable || error instanceof UnknownOutcome)) throw error;
            again();
          }),
      )
      .catch(town.fail);
    scheduler.after(answerMilliseconds, () => {
      if (isAnswered) return;
      isAnswered = true;
      again();
    });
  }

  private note({ order, item, sold, request }: ReturnAsked, { authorization, lines = [] }: Answer): void {
    this.waiting -= 1;
    if (authorization === undefined || authorization === null) return;
    const known = this.promised.get(`${order} ${item}`) ?? new Map<string, number>();
    this.promised.set(`${order} ${item}`, known);
    known.set(
      `${authorization} ${request}`,
      lines.reduce((sum, { quantityMillionths }) => sum + quantityMillionths / 1_000_000, 0),
    );
    const pieces = [...known.values()].reduce((sum, each) => sum + each, 0);
    if (pieces > sold)
      throw new Violation(
        "returns stay within sales",
        `with ${request} ${pieces} × ${item} of ${order} are promised to tills, and ${sold} were sold`,
      );
  }

  private doorOf(hub: Hub): ReturnType<typeof authorizeReturn> {
    let door = this.doors.get(hub);
    if (door === undefined) {
      const { lineage, references, policies, clock, metrics } = hub;
      const apiClients = { find: async (name: string) => (name === "tills" ? client : undefined) };
      this.doors.set(hub, (door = authorizeReturn({ apiClients, lineage, references, policies, clock, metrics })));
    }
    return door;
  }
}

function bodyOf({ request, order, item, pieces }: ReturnAsked): Uint8Array {
  const lines = [{ item, quantityMillionths: pieces * 1_000_000, condition: "as-new" }];
  return new TextEncoder().encode(JSON.stringify({ request, sale: order, channel: "pos", place: "0101", lines }));
}
