import { utf8ByteLength } from "#domain/canonical";
import type { Problem } from "#domain/exceptions";
import { type DocumentKey, reversalKey } from "#domain/identity";
import type { TargetDocument, ToldDocument } from "#domain/ledger";
import { electionFor, type Policy, taxDateFor } from "#domain/policy";
import { bindContribution } from "./bind-contribution.ts";
import { bindDocument } from "./bind-document.ts";
import { type Change, isTelling, type TellingChange } from "./difference.ts";
import { type LiveDocument, type Posted, toldContentName } from "./fold-plans.ts";
import { isOpening } from "./openings.ts";
import type { BoundDocument, OpeningStep, PlanStep, SentStep } from "./plan-steps.ts";
import { amountMoved, dayOfPosting } from "./posting-day.ts";
import { amendmentsOfReversal } from "./tax-amendments.ts";
import { tell, withdraw } from "./tell.ts";

/** One plan carries at most this many steps, so that its lease covers them; the rest follows in the next plan. */
const stepsPerPlanMax = 100;
/** … and of this many bytes, as lineage stores refuse an item above 400,000 and its answers must fit into one as well. */
const planStepsBytesMax = 200_000;

interface DecisionDay {
  readonly now: string;
  /** Documents that are recorded as part of the opening balances and not sent. */
  readonly opening: ReadonlySet<DocumentKey>;
  /** Documents whose exact change somebody approved. */
  readonly approved: { has(key: DocumentKey): boolean };
}

/** Steps by key: a key's reversal and re-post adjoin in one group. What waits for a cost in the same plan is left for the next. */
export function planGroups(
  changes: readonly Change[],
  number: number,
  policy: Policy,
  posted: Posted,
  { now, opening, approved, elsewhere }: DecisionDay & { readonly elsewhere?: ReadonlyMap<DocumentKey, LiveDocument> },
) {
  const groups: PlanStep[][] = [];
  const bindingProblems: Problem[] = [];
  const waiting: { readonly for: DocumentKey; readonly problem: Problem }[] = [];
  const leaving = new Set(changes.flatMap((change) => (isTelling(change) || change.kind === "post" ? [] : [change.key])));
  const bound: BoundDocument[] = [];
  const surroundings = {
    live: posted.live,
    told: posted.told,
    leaving,
    bound,
    now,
    opening,
    ...(elsewhere === undefined ? {} : { elsewhere }),
  };
  for (const change of changes) {
    if (change.kind === "withdraw") {
      groups.push([withdraw(change.live.document, number)]);
      continue;
    }
    if (change.kind === "tell") {
      const contribution = bindContribution(
        change.document,
        policy,
        surroundings,
        posted.contents.get(toldContentName(change.key, change.hash)),
      );
      if ("problem" in contribution) {
        bindingProblems.push(contribution.problem);
        continue;
      }
      const telling = tellingSteps(change, contribution.document, number);
      if (stepsBytes(telling) > planStepsBytesMax) {
        bindingProblems.push(tooLarge(change.document, stepsBytes(telling)));
        continue;
      }
      if (contribution.journal !== undefined) bound.push(contribution.journal);
      groups.push(telling);
      continue;
    }
    const group: PlanStep[] = [];
    const unsent = isOpening(change, opening);
    const granted = approved.has(change.key);
    if (change.kind === "reverse" && unsent) group.push(noOpening(change.key, number));
    else if (change.kind !== "post" && !unsent) {
      const reversal = reversalOf(change.live, policy, now, granted);
      if ("class" in reversal) {
        bindingProblems.push(reversal);
        continue;
      }
      group.push(reversal);
    }
    if (change.kind !== "reverse") {
      const { key, hash, document } = change;
      const binding = bindDocument(document, policy, {
        ...surroundings,
        opening: unsent ? new Set([key]) : opening,
        approved: granted,
      });
      switch (binding.kind) {
        case "bound":
          group.push({ kind: unsent ? "opening" : "post", key, erpKey: `${key}@${number}`, hash, document: binding.document });
          if (stepsBytes(group) > planStepsBytesMax) {
            bindingProblems.push(tooLarge(document, stepsBytes(group)));
            continue;
          }
          bound.push(binding.document);
          break;
        case "problem":
          bindingProblems.push(binding.problem);
          continue;
        case "wait": {
          const message = `the cost of ${binding.for} is not known yet: the goods come back at the cost they left with`;
          waiting.push({
            for: binding.for,
            problem: {
              class: "sequence.parent-missing",
              code: "cost",
              cause: `${key} waits for ${binding.for}`,
              document: key,
              event: document.event,
              message,
            },
          });
          continue;
        }
      }
    }
    groups.push(group);
  }
  return { groups, bindingProblems, waiting };
}

/** What is told to another stream than before is withdrawn from the first one. */
function tellingSteps({ hash, live }: Extract<TellingChange, { kind: "tell" }>, document: ToldDocument, number: number): PlanStep[] {
  const moved = live !== undefined && live.document.to !== document.to ? [withdraw(live.document, number)] : [];
  return [...moved, tell(document, hash, number)];
}

/** The step that takes a document back, on the day that is open for it, as the entity corrects (c36); or what holds it. */
function reversalOf(live: LiveDocument, policy: Policy, now: string, approved: boolean): Extract<SentStep, { kind: "reverse" }> | Problem {
  const { key, erpKey, document } = live;
  const { entity, event, currency, postingDate: ownDate } = document;
  const found = dayOfPosting({ key, event, entity, ownDate, amount: amountMoved(document), currency }, policy, now, approved);
  if (found.kind === "problem") return found.problem;
  const style = electionFor(policy, "correctionStyle", { entity, day: found.day });
  const books = policy.entities[entity];
  const amends = amendmentsOfReversal(live, (jurisdiction, day) => books && taxDateFor(books, jurisdiction, day, now));
  return {
    kind: "reverse",
    key,
    erpKey: reversalKey(erpKey),
    reverses: erpKey,
    entity,
    postingDate: found.day,
    ...(style === "reversal" ? {} : { correctionStyle: style }),
    ...(amends.length === 0 ? {} : { amends }),
  };
}

function noOpening(key: DocumentKey, number: number): OpeningStep {
  return { kind: "opening", key, erpKey: `${key}@${number}`, hash: "", document: null };
}

/** As many whole groups as one plan may carry, in their order, and the keys that are left for the next one. */
export function firstSteps(groups: readonly (readonly PlanStep[])[]): { readonly steps: PlanStep[]; readonly left: DocumentKey[] } {
  const [first, ...others] = groups;
  if (first !== undefined && others.length === 0) return { steps: [...first], left: [] };
  const steps: PlanStep[] = [];
  const left: DocumentKey[] = [];
  let bytes = 0;
  for (const group of groups) {
    bytes += stepsBytes(group);
    const full = left.length > 0 || steps.length + group.length > stepsPerPlanMax || bytes > planStepsBytesMax;
    if (steps.length === 0 || !full) steps.push(...group);
    else left.push(group[0]!.key);
  }
  return { steps, left };
}

function stepsBytes(steps: readonly PlanStep[]): number {
  return utf8ByteLength(JSON.stringify(steps));
}

function tooLarge(document: TargetDocument, bytes: number): Problem {
  const message = `${document.key} has ${bytes} bytes with its accounts, above the ${planStepsBytesMax} that one posting may have: have the source split it`;
  return { class: "transport.too-large", code: "posting", cause: document.key, document: document.key, event: document.event, message };
}
