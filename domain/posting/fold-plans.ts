import type { DocumentKey } from "#domain/identity";
import type { OutcomeItem, PlanItem, TransactionView } from "#domain/lineage";
import type { BoundDocument, MovementCost, PlanStep, StepResult } from "./documents.ts";

/** A document that stands in the ERP as far as the lineage knows. */
export interface LiveDocument {
  readonly key: DocumentKey;
  readonly hash: string;
  readonly erpKey: string;
  /** The ERP's own number. */
  readonly erpNumber: string;
  readonly plan: number;
  readonly document: BoundDocument;
  readonly costs: readonly MovementCost[];
}

/** The last answer for a key was a refusal: nothing stands where `step` wanted something to stand (or the other way round). */
export interface RefusedStep {
  readonly step: PlanStep;
  readonly plan: number;
  readonly policyRelease: number;
  readonly code: string;
  readonly message: string;
}

export interface Posted {
  readonly live: ReadonlyMap<DocumentKey, LiveDocument>;
  readonly refused: ReadonlyMap<DocumentKey, RefusedStep>;
  /** Warnings that the ERP gave with its answers, by ERP key. */
  readonly warnings: readonly { readonly erpKey: string; readonly warning: string }[];
}

/** What stands in the ERPs of all connections but this one. */
export function liveElsewhere(view: TransactionView, connection: string): ReadonlyMap<DocumentKey, LiveDocument> {
  const live = new Map<DocumentKey, LiveDocument>();
  for (const [other, { plans, outcomes }] of view.chains) {
    if (other === connection) continue;
    for (const [key, document] of foldPlans(plans, outcomes).live) live.set(key, document);
  }
  return live;
}

/** What is posted: the fold of plans and outcomes of one connection, in the order of their numbers. A plan without outcome changes nothing. */
export function foldPlans(plans: readonly PlanItem[], outcomes: ReadonlyMap<number, OutcomeItem>): Posted {
  const live = new Map<DocumentKey, LiveDocument>();
  const refused = new Map<DocumentKey, RefusedStep>();
  const warnings: { erpKey: string; warning: string }[] = [];
  for (const plan of plans) {
    const outcome = outcomes.get(plan.number);
    if (outcome === undefined) continue;
    const { results } = outcome;
    if (results.length !== plan.steps.length) {
      throw new RangeError(`the outcome of plan ${plan.number} has ${results.length} results for ${plan.steps.length} steps`);
    }
    plan.steps.forEach((step, index) => {
      apply(step, results[index] as StepResult, plan);
    });
  }
  return { live, refused, warnings };

  function apply(step: PlanStep, result: StepResult, plan: PlanItem): void {
    switch (result.kind) {
      case "done":
        refused.delete(step.key);
        for (const warning of result.warnings ?? []) warnings.push({ erpKey: step.erpKey, warning });
        if (step.kind === "reverse") live.delete(step.key);
        else {
          const { key, hash, erpKey, document } = step;
          live.set(key, { key, hash, erpKey, erpNumber: result.number, plan: plan.number, document, costs: result.costs ?? [] });
        }
        return;
      case "refused":
        refused.set(step.key, { step, plan: plan.number, policyRelease: plan.policyRelease, code: result.code, message: result.message });
        return;
      case "skipped":
        return;
    }
  }
}
