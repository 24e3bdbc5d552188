import type { ApprovalItem } from "#domain/lineage";
import type { Host } from "./host.ts";
import { Record } from "./record.ts";
import type { Town } from "./town.ts";

/** Who decides approvals: after a while, mostly once, and sometimes too late. */
export class People {
  private readonly town: Town;
  private readonly record: Record;
  private readonly hosts: () => readonly Host[];

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
      scheduler.after(everyMilliseconds, look);
    };
    scheduler.after(everyMilliseconds, look);
  }

  private decide({ transaction, key, expiresAt }: ApprovalItem): void {
    const { town } = this;
    const late = Date.parse(expiresAt) - town.scheduler.now + 60_000;
    const isLate = late > 0 && town.strikes("approval after expiry", () => `${transaction} ${key} is left lying until it expires`);
    const times = town.strikes("double approval", () => `${transaction} ${key} is approved twice`) ? 2 : 1;
    for (let count = 0; count < times; count += 1)
      town.scheduler.after(isLate ? late : town.chance.between(1_000, 600_000), () => this.grant(transaction, key));
  }

  private grant(transaction: string, approval: string): void {
    const host = this.hosts().find(({ hub, isAlive }) => isAlive && hub !== undefined);
    const decided = host?.hub?.decideApproval({ transaction, approval, answer: "granted", by: "Ada Controller", reason: "as agreed" });
    decided?.then(
      ({ outcome }) => this.town.story.tell(() => `Ada approves ${transaction} ${approval}: ${outcome}`),
      (error: unknown) => this.town.story.tell(() => `Ada cannot approve ${transaction}: ${String(error)}`),
    );
  }
}
