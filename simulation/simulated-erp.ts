import type { BoundDocument, SentStep, StepResult } from "#domain/posting";
import type { ErpCapabilities } from "#ports/erp";
import { ErpGate } from "./erp-gate.ts";
import { Violation } from "./violation.ts";

/**
 * "refuses": refuses other content under a key. "upserts": takes the newest content under a key. "asked-afterwards": takes every request as
 * a new document, and can only be asked later what it holds under a key.
 */
export type ErpKind = "refuses" | "upserts" | "asked-afterwards";
export const erpKinds: readonly ErpKind[] = ["refuses", "upserts", "asked-afterwards"];

interface LedgerLine {
  readonly account: string;
  readonly amount: number;
  readonly functionalAmount: number;
}

interface Movement {
  readonly item: string;
  readonly location: string;
  readonly quantityMillionths: number;
}

/** A document that this ERP once took: none is ever forgotten, so that doubles and orphans can be counted. */
export interface TakenDocument {
  readonly number: string;
  readonly erpKey: string;
  /** The document's key without its plan. */
  readonly key: string;
  hash: string;
  readonly entity: string;
  document: BoundDocument;
  /** Virtual milliseconds since 1970. */
  readonly takenAt: number;
  isLive: boolean;
  readonly result: StepResult;
}

interface Entry {
  readonly entity: string;
  readonly lines: readonly LedgerLine[];
  readonly movements: readonly Movement[];
}

/**
 * One ERP, with its own ledger of truth. It is no part of the hub: it survives every crash, and what it took stays taken. It values every
 * item at one cost, so that its ledger depends on what it took and not on when.
 */
export class SimulatedErp {
  readonly name: string;
  readonly kind: ErpKind;
  readonly gate = new ErpGate();
  readonly documents: TakenDocument[] = [];
  private readonly byErpKey = new Map<string, TakenDocument>();
  private readonly liveByKey = new Map<string, TakenDocument>();
  private readonly reversals = new Map<string, { readonly takenAt: number; readonly result: StepResult }>();
  private readonly entries: Entry[] = [];
  private readonly levels = new Map<string, number>();

  constructor(name: string, kind: ErpKind) {
    this.name = name;
    this.kind = kind;
  }

  /** The documents that stand, by their keys. */
  get live(): ReadonlyMap<string, TakenDocument> {
    return this.liveByKey;
  }

  get reversalCount(): number {
    return this.reversals.size;
  }

  apply(step: SentStep, now: number): StepResult {
    return step.kind === "reverse" ? this.reverse(step, now) : this.post(step, now);
  }

  private post(step: Extract<SentStep, { kind: "post" }>, now: number): StepResult {
    const { erpKey, key, hash, document } = step;
    const seen = this.byErpKey.get(erpKey);
    if (seen !== undefined && this.kind !== "asked-afterwards") {
      if (seen.hash === hash) return seen.result;
      throw new Violation("one live ERP document per key", `${this.name} was sent other content under ${erpKey}`);
    }
    const standing = this.liveByKey.get(key);
    if (standing !== undefined)
      throw new Violation("one live ERP document per key", `${this.name}: ${erpKey} was posted while ${standing.erpKey} stands`);
    const lines = linesOf(document);
    for (const amount of ["amount", "functionalAmount"] as const) {
      const off = lines.reduce((sum, line) => sum + line[amount], 0);
      if (off !== 0) throw new Violation("journals balance", `${this.name}: ${erpKey} is off by ${off}`);
    }
    const movements = document.type === "stock" ? document.movements : [];
    const number = `${this.name}-${this.documents.length + 1}`;
    const costs = movements.map((movement) => ({ movement: movement.id, totalCost: costOf(movement.item, movement.quantityMillionths) }));
    const result: StepResult = { kind: "done", number, ...(costs.length === 0 ? {} : { costs }) };
    const taken = { number, erpKey, key, hash, entity: document.entity, document, takenAt: now, isLive: true, result };
    this.documents.push(taken);
    this.byErpKey.set(erpKey, taken);
    this.liveByKey.set(key, taken);
    this.enter({ entity: document.entity, lines, movements });
    return result;
  }

  private reverse(step: Extract<SentStep, { kind: "reverse" }>, now: number): StepResult {
    const seen = this.reversals.get(step.erpKey);
    if (seen !== undefined && this.kind !== "asked-afterwards") return seen.result;
    const original = this.byErpKey.get(step.reverses);
    if (original === undefined) return { kind: "refused", code: "unknown-document", message: `there is no document ${step.reverses}` };
    if (!original.isLive)
      throw new Violation("one live ERP document per key", `${this.name}: ${step.reverses} was reversed twice, by ${step.erpKey}`);
    original.isLive = false;
    this.liveByKey.delete(original.key);
    const mirrored = linesOf(original.document).map((line) => ({
      ...line,
      amount: -line.amount,
      functionalAmount: -line.functionalAmount,
    }));
    const movements = original.document.type === "stock" ? original.document.movements : [];
    const back = movements.map(({ item, location, quantityMillionths }) => ({ item, location, quantityMillionths: -quantityMillionths }));
    this.enter({ entity: original.entity, lines: mirrored, movements: back });
    const costs = movements.map((movement) => ({ movement: movement.id, totalCost: costOf(movement.item, movement.quantityMillionths) }));
    const result: StepResult = { kind: "done", number: `${original.number}R`, ...(costs.length === 0 ? {} : { costs }) };
    this.reversals.set(step.erpKey, { takenAt: now, result });
    return result;
  }

  private enter(entry: Entry): void {
    this.entries.push(entry);
    for (const { item, location, quantityMillionths } of entry.movements) {
      const place = `${entry.entity} ${item} ${location}`;
      this.levels.set(place, (this.levels.get(place) ?? 0) + quantityMillionths);
    }
  }

  /** What it holds under a key, as it was first answered; what was taken after `before` cannot be seen yet. */
  find(erpKey: string, before: number): StepResult | undefined {
    const document = this.byErpKey.get(erpKey);
    if (document !== undefined) return document.takenAt <= before ? document.result : undefined;
    const reversal = this.reversals.get(erpKey);
    return reversal !== undefined && reversal.takenAt <= before ? reversal.result : undefined;
  }

  /** Functional amounts by entity and account: debits less credits. */
  balances(): ReadonlyMap<string, number> {
    const balances = new Map<string, number>();
    for (const { entity, lines } of this.entries)
      for (const { account, functionalAmount } of lines) {
        const id = `${entity} ${account}`;
        balances.set(id, (balances.get(id) ?? 0) + functionalAmount);
      }
    return balances;
  }

  /** Millionths by entity, item and location, as this ERP keeps them. */
  stockLevels(): ReadonlyMap<string, number> {
    return this.levels;
  }

  capabilities(): ErpCapabilities {
    return {
      idempotency: this.kind === "asked-afterwards" ? "look-up" : "native",
      inventoryJournal: "erp",
      correctionStyles: ["reversal"],
      maxStepsPerCall: 20,
      linesPerJournalMax: 10_000,
    };
  }
}

/** A stock document's journal is the ERP's own: the counter account against inventory, at its cost. */
function linesOf(document: BoundDocument): readonly LedgerLine[] {
  if (document.type === "journal") return document.lines;
  return document.movements.flatMap((movement) => {
    const cost = costOf(movement.item, movement.quantityMillionths) * Math.sign(movement.quantityMillionths);
    return [
      { account: movement.inventoryAccount, amount: cost, functionalAmount: cost },
      { account: movement.counterAccount, amount: -cost, functionalAmount: -cost },
    ];
  });
}

/** Minor units for a quantity, not negative: every item has a price of its own that never changes. */
function costOf(item: string, quantityMillionths: number): number {
  let price = 300;
  for (let index = 0; index < item.length; index += 1) price = (price * 31 + item.charCodeAt(index)) % 5_000;
  return Math.round((Math.abs(quantityMillionths) * (price + 100)) / 1_000_000);
}
