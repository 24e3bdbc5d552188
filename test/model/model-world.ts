import { Unavailable, UnknownOutcome } from "#domain/failures";
import type { DocumentItem, LineageItem } from "#domain/lineage";
import type { Clock } from "#ports/clock";
import type { Erp, StepAnswer } from "#ports/erp";
import type { InsertAnswer, LineageStore } from "#ports/lineage-store";
import { type ErpKind, ModelErp } from "./model-erp.ts";

/** A defence that is taken away, to show that the model can fail. */
export type Weakness = "none" | "numbered-insert" | "take-over" | "lease" | "look-up" | "plans-before-facts" | "numbered-telling";

export type Random = () => number;

/** A port call that waits for the scheduler to carry it out. */
export interface PendingEffect {
  readonly name: "page" | "get" | "insert" | "submit" | "find";
  /** Latest simulated time, in ms, at which it can still take effect. */
  readonly deadline: number;
  /** Carries it out and answers. */
  run(): void;
  /** Carries it out (in part, where it has parts) and lets the answer get lost. */
  lose(): void;
  /** Never reaches the other side. */
  drop(): void;
}

/** The lineage and the ERP of one transaction, behind ports whose every call waits for the scheduler. */
export class ModelWorld {
  readonly items = new Map<string, LineageItem>();
  /** What the transaction told another one. */
  readonly told = new Map<string, DocumentItem>();
  readonly erp: ModelErp;
  private readonly random: Random;
  private readonly weakness: Weakness;
  /** Simulated milliseconds since the start. */
  now = 0;
  private lawlessDays = 0;

  constructor(kind: ErpKind, random: Random, weakness: Weakness) {
    this.erp = new ModelErp(kind);
    this.random = random;
    this.weakness = weakness;
  }

  insertNow(item: LineageItem): InsertAnswer {
    if (item.type === "document" && item.told !== undefined) {
      // Without its number a second telling is taken for the first one.
      const key = this.weakness === "numbered-telling" ? item.source : item.key;
      if (this.told.has(key)) return "conflict";
      this.told.set(key, item);
      return "inserted";
    }
    const conflict = this.items.has(item.key);
    const unguarded =
      (this.weakness === "numbered-insert" && item.type === "plan") || (this.weakness === "take-over" && item.type === "take-over");
    if (conflict && !unguarded) return "conflict";
    this.items.set(item.key, item);
    return "inserted";
  }

  /** The ports of one execution, whose clock is off by `skew` ms. `wait` hands a call to the scheduler. */
  ports(skew: number, wait: (effect: PendingEffect) => void): { lineage: LineageStore; erp: Erp; decideClock: Clock; executeClock: Clock } {
    const clock: Clock = { now: () => instant(this.now + skew) };
    const effect = <Answer>(
      name: PendingEffect["name"],
      work: (part: number) => Answer,
      lost: () => Answer | Error,
      secondsMax: number,
      unavailable: () => Answer | Error,
    ) =>
      new Promise<Answer>((resolve, reject) => {
        const settle = (answer: Answer | Error) => (answer instanceof Error ? reject(answer) : resolve(answer));
        wait({
          name,
          deadline: this.now + secondsMax * 1000,
          run: () => settle(work(Number.POSITIVE_INFINITY)),
          lose: () => {
            work(Math.floor(this.random() * 4));
            settle(lost());
          },
          drop: () => settle(unavailable()),
        });
      });
    const fail = () => new Unavailable("not reached");
    const lineage: LineageStore = {
      insert: (items) =>
        effect(
          "insert",
          (part) => items.map((item, index) => (index < part ? this.insertNow(item) : "unknown")),
          () => items.map((): InsertAnswer => "unknown"),
          3600,
          () => items.map((): InsertAnswer => "unavailable"),
        ),
      get: (_, key) => effect("get", () => this.items.get(key), fail, 3600, fail),
      page: (_, before) => effect("page", () => this.page(before), fail, 3600, fail),
      removeRawBody: () => Promise.reject(new Error("not part of the model")),
      transactions: () => Promise.reject(new Error("not part of the model")),
    };
    const none = () => Promise.reject(new Error("not part of the model"));
    const erp: Erp = {
      capabilities: {
        idempotency: this.erp.kind === "asked-afterwards" && this.weakness !== "look-up" ? "look-up" : "native",
        inventoryJournal: "erp",
        correctionStyles: [],
        maxStepsPerCall: 2,
        linesPerJournalMax: 500,
      },
      submit: (groups) => {
        const unknown = () => groups.map((group) => group.map((): StepAnswer => ({ kind: "unknown", message: "time-out" })));
        const refusedConnection = () => groups.map((group) => group.map((): StepAnswer => ({ kind: "unavailable", message: "refused" })));
        return effect("submit", (part) => this.erp.submit(groups, part), unknown, 3, refusedConnection);
      },
      find: (keys) =>
        effect(
          "find",
          () => keys.map((key) => this.erp.find(key)),
          () => new UnknownOutcome("lost"),
          3,
          fail,
        ),
      journals: none,
      documentKeys: none,
      trialBalance: none,
      stock: none,
      masterData: none,
    };
    const lawless = this.weakness === "lease";
    let lawlessNow = instant(0);
    return {
      lineage,
      erp,
      // Without a lease whoever comes takes over at once, and whoever has a plan sends it however late.
      decideClock: lawless ? { now: () => (lawlessNow = instant((this.lawlessDays += 1) * 86_400_000)) } : clock,
      executeClock: lawless ? { now: () => lawlessNow } : clock,
    };
  }

  /** Two items a page, so that others write between the pages of one read. */
  private page(before: string | undefined): { items: readonly LineageItem[]; next?: string } {
    const backwards = this.weakness === "plans-before-facts";
    const sorted = [...this.items.keys()].sort();
    if (!backwards) sorted.reverse();
    const start = before === undefined ? 0 : sorted.findIndex((key) => (backwards ? key > before : key < before));
    const keys = start < 0 ? [] : sorted.slice(start, start + 2);
    const items = keys.map((key) => this.items.get(key) as LineageItem).map((item) => (backwards ? withoutCovers(item) : item));
    const last = keys.at(-1);
    return last === undefined || start + 2 >= sorted.length ? { items } : { items, next: last };
  }
}

// The other half of the same defence: a plan that covers unread facts betrays a read in the wrong order.
function withoutCovers(item: LineageItem): LineageItem {
  return item.type === "plan" ? { ...item, covers: { ...item.covers, keys: [] } } : item;
}

function instant(milliseconds: number): string {
  return new Date(Date.UTC(2026, 10, 27) + milliseconds).toISOString();
}
