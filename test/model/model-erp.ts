import type { SentStep, StepResult } from "#domain/posting";
import type { StepAnswer } from "#ports/erp";

/**
 * "refuses": refuses other content under a key. "upserts": takes the newest content under a key. "asked-afterwards": takes every request as
 * a new document, and can only be asked later what it holds under a key.
 */
export type ErpKind = "refuses" | "upserts" | "asked-afterwards";

/** An ERP that keeps every document ever made, so that doubles and orphans can be counted. */
export class ModelErp {
  readonly documents: { erpKey: string; key: string; hash: string; live: boolean }[] = [];
  readonly reversals = new Set<string>();
  readonly kind: ErpKind;
  refusals = 0;

  constructor(kind: ErpKind) {
    this.kind = kind;
  }

  apply(step: SentStep): StepResult {
    if (step.kind === "reverse") {
      for (const document of this.documents) if (document.erpKey === step.reverses) document.live = false;
      this.reversals.add(step.erpKey);
      return { kind: "done", number: `R${this.reversals.size}` };
    }
    const seen = this.documents.find((document) => document.erpKey === step.erpKey);
    if (this.kind !== "asked-afterwards" && seen !== undefined) {
      if (seen.hash === step.hash) return { kind: "done", number: step.erpKey };
      if (this.kind === "refuses") {
        this.refusals += 1;
        return { kind: "refused", code: "key-reused", message: step.erpKey };
      }
      seen.hash = step.hash;
      seen.live = true;
      return { kind: "done", number: step.erpKey };
    }
    this.documents.push({ erpKey: step.erpKey, key: step.key, hash: step.hash, live: true });
    return { kind: "done", number: step.erpKey };
  }

  /** Applies the first `steps` steps of a request, as a server that dies in its midst does; answers for all when it does not. */
  submit(groups: readonly (readonly SentStep[])[], steps: number): StepAnswer[][] {
    let left = steps;
    return groups.map((group) =>
      group.map((step): StepAnswer => ((left -= 1) >= 0 ? this.apply(step) : { kind: "unknown", message: "lost" })),
    );
  }

  find(erpKey: string): StepResult | undefined {
    const found = this.reversals.has(erpKey) || this.documents.some((document) => document.erpKey === erpKey);
    return found ? { kind: "done", number: erpKey } : undefined;
  }
}
