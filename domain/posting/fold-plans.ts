import type { DocumentKey } from "#domain/identity";
import type { ToldDocument } from "#domain/ledger";
import type { OutcomeItem, PlanItem, TransactionView } from "#domain/lineage";
import { type BoundDocument, isSent, type MovementCost, type PlanStep, type SentStep, type StepResult } from "./plan-steps.ts";

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
  /** Stands in the ERP's opening balances, not as a document: it was never sent and is never reversed. */
  readonly opening?: true;
}

/** What another stream was told, and was not taken back since. */
export interface LiveTelling {
  readonly key: DocumentKey;
  readonly hash: string;
  readonly erpKey: string;
  readonly plan: number;
  readonly document: ToldDocument;
}

/** What was posted on another day than its own, because its period was closed. */
export interface LatePosting {
  readonly kind: "post" | "reverse";
  readonly key: DocumentKey;
  readonly erpKey: string;
  /** Of a reversal: the posting date of what it reverses. */
  readonly ownDate: string;
  readonly postingDate: string;
}

/** The last answer for a key was a refusal: nothing stands where `step` wanted something to stand (or the other way round). */
export interface RefusedStep {
  readonly step: SentStep;
  readonly plan: number;
  readonly policyRelease: number;
  readonly code: string;
  readonly message: string;
}

export interface Posted {
  readonly live: ReadonlyMap<DocumentKey, LiveDocument>;
  readonly told: ReadonlyMap<DocumentKey, LiveTelling>;
  /** What was ever told, as it was told first, by `toldContentName`: also what another content took the place of. */
  readonly contents: ReadonlyMap<string, ToldDocument>;
  readonly refused: ReadonlyMap<DocumentKey, RefusedStep>;
  /** Warnings that the ERP gave with its answers, by ERP key. */
  readonly warnings: readonly { readonly erpKey: string; readonly warning: string }[];
  readonly late: readonly LatePosting[];
}

/** Names one content of what is told under a key. */
export function toldContentName(key: DocumentKey, hash: string): string {
  return `${key} ${hash}`;
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
  const told = new Map<DocumentKey, LiveTelling>();
  const contents = new Map<string, ToldDocument>();
  const refused = new Map<DocumentKey, RefusedStep>();
  const warnings: { erpKey: string; warning: string }[] = [];
  const late: LatePosting[] = [];
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
  return { live, told, contents, refused, warnings, late };

  function stand(step: PlanStep, result: Extract<StepResult, { kind: "done" }>, number: number): void {
    if (step.kind === "tell") {
      const { key, hash, erpKey, document } = step;
      if (document === null) {
        told.delete(key);
        return;
      }
      told.set(key, { key, hash, erpKey, plan: number, document });
      const name = toldContentName(key, hash);
      if (!contents.has(name)) contents.set(name, document);
      return;
    }
    if (step.kind === "reverse" || step.document === null) {
      live.delete(step.key);
      return;
    }
    const { key, hash, erpKey, document } = step;
    const opening = step.kind === "opening" ? ({ opening: true } as const) : {};
    live.set(key, { key, hash, erpKey, erpNumber: result.number, plan: number, document, costs: result.costs ?? [], ...opening });
  }

  function apply(step: PlanStep, result: StepResult, plan: PlanItem): void {
    switch (result.kind) {
      case "done":
        refused.delete(step.key);
        for (const warning of result.warnings ?? []) warnings.push({ erpKey: step.erpKey, warning });
        late.push(...latenessOf(step, live));
        stand(step, result, plan.number);
        return;
      case "refused":
        if (!isSent(step)) return;
        refused.set(step.key, { step, plan: plan.number, policyRelease: plan.policyRelease, code: result.code, message: result.message });
        return;
      case "skipped":
        return;
    }
  }
}

/** Whether a step is posted on another day than its own, given what stood before it. */
export function latenessOf(step: PlanStep, live: ReadonlyMap<DocumentKey, LiveDocument>): LatePosting[] {
  if (!isSent(step)) return [];
  const { kind, key, erpKey } = step;
  const postingDate = step.kind === "post" ? step.document.postingDate : step.postingDate;
  const ownDate = step.kind === "post" ? step.document.businessDate : live.get(key)?.document.postingDate;
  return ownDate === undefined || ownDate === postingDate ? [] : [{ kind, key, erpKey, ownDate, postingDate }];
}
