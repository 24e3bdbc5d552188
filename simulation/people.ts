import type { ApprovalItem } from "#domain/lineage";
import type { Host } from "./host.ts";
import { Record } from "./record.ts";
import type { Town } from "./town.ts";
import { Violation } from "./violation.ts";
import type { FaultKind, Weather } from "./weather.ts";

/** Who decides approvals: after a while, mostly once, and sometimes too late. */
export class People {
  private readonly town: Town;
  private readonly record: Record;
  private readonly hosts: () => readonly Host[];
  /** Minor units for which a second person was asked and said yes, by document and approval. */
  readonly granted = new Map<string, Map<string, number>>();

  /** Approvals that somebody has forgotten, and their documents: each document once. */
  private readonly leftLying = new Set<string>();

  constructor(town: Town, hosts: () => readonly Host[]) {
    this.town = town;
    this.record = new Record(town.observer);
    this.hosts = hosts;
  }

  /** Approvals that nobody has decided. */
  open(): readonly ApprovalItem[] {
    const items = this.record.itemsBelow("A#");
    const decided = new Set(items.flatMap((item) => (item.type === "approval-decision" ? [`${item.transaction} ${item.key}`] : [])));
    return items.filter((item) => item.type === "approval").filter((item) => !decided.has(`${item.transaction} ${item.key}#D`));
  }

  /** Looks at the desk every so often. */
  work(everyMilliseconds: number): void {
    const { scheduler } = this.town;
    const look = () => {
      for (const approval of this.open()) this.decide(approval);
      if (this.record.deadLetters() > 0) {
        if (!losesWork(this.town.worst))
          throw new Violation("an outage makes no dead letters", `${this.record.deadLetters()} messages are dead letters`);
        this.redrive();
      }
      scheduler.after(everyMilliseconds, look);
    };
    scheduler.after(everyMilliseconds, look);
  }

  private decide(approval: ApprovalItem): void {
    const { town } = this;
    const { transaction, key, expiresAt, requestedBy } = approval;
    if (town.chance.happens(0.3)) this.grant(approval, requestedBy);
    if (this.leftLying.has(`${transaction} ${key}`)) return;
    const late =
      Date.parse(expiresAt) - town.scheduler.now + 5_000 + (town.chance.happens(0.5) ? 1_990 : town.chance.ofAnyScale(10, 60_000));
    const isLate =
      !this.leftLying.has(approval.document) &&
      town.wasToStrike("approval after expiry", () => `${transaction} ${key} is left lying until it expires`);
    if (isLate) {
      this.leftLying.add(approval.document).add(`${transaction} ${key}`);
      this.sleepOver(Date.parse(expiresAt));
    }
    const times = town.wasToStrike("double approval", () => `${transaction} ${key} is approved twice`) ? 2 : 1;
    for (let count = 0; count < times; count += 1)
      town.scheduler.after(isLate ? late : town.chance.between(1_000, 600_000), () => this.grant(approval));
  }

  /** Every host stands still while it expires: whoever ends what is overdue comes as late as the answer. */
  private sleepOver(expires: number): void {
    const { town, hosts } = this;
    town.scheduler.after(expires - 1_000 - town.scheduler.now, () => {
      for (const host of hosts()) host.stall(8_000);
    });
  }

  /** Whoever sees dead letters on the desk, and knows that the cause is mended, puts them back. */
  private redrive(): void {
    const host = this.hosts().find(({ hub, isAlive }) => isAlive && hub !== undefined);
    host?.hub?.worker.redrive().then(
      (count) => {
        this.town.story.tell(() => `Ada puts ${count} dead letters back`);
        this.town.stir();
      },
      (error: unknown) => this.town.story.tell(() => `Ada cannot put dead letters back: ${String(error)}`),
    );
  }

  private grant({ transaction, key: approval, document, amount = 0 }: ApprovalItem, by = "Ada Controller"): void {
    const host = this.hosts().find(({ hub, isAlive }) => isAlive && hub !== undefined);
    if (host !== undefined && by === "Ada Controller") this.note(document, approval, amount);
    const decided = host?.hub?.decideApproval({ transaction, approval, answer: "granted", by, reason: "as agreed" });
    decided?.then(
      ({ outcome }) => {
        this.town.story.tell(() => `${by} approves ${transaction} ${approval}: ${outcome}`);
        if (outcome === "decided" && by !== "Ada Controller")
          this.town.fail(new Violation("four eyes approve", `${by} asked for ${transaction} ${approval}, and granted it`));
      },
      (error: unknown) => this.town.story.tell(() => `Ada cannot approve ${transaction}: ${String(error)}`),
    );
  }

  /** Whatever becomes of the answer: she said yes to this. */
  private note(document: string, approval: string, amount: number): void {
    const known = this.granted.get(document) ?? new Map<string, number>();
    this.granted.set(document, known.set(approval, amount));
  }
}

/** Whether hubs die or their ports fail: a message that is handed out five times in vain is a dead letter then, whatever the ERP does. */
function losesWork(weather: Weather): boolean {
  return processFaults.some((kind) => weather[kind] > 0);
}

const processFaults = [
  "crash before an effect",
  "crash after an effect",
  "worker stalled",
  "effect refused",
  "answer lost",
  "batch taken in part",
] as const satisfies readonly FaultKind[];
