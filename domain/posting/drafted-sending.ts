import { UnknownOutcome } from "#domain/failures";
import type { SentStep, StepResult } from "./plan-steps.ts";
import { faultOf, notSent, Refused, type Unapplied, unapplied } from "./step-sending.ts";

/** As ports/erp has it. */
type Answer = StepResult | Unapplied | { readonly kind: "unknown"; readonly message: string };

/** A step on its way into an ERP that keeps drafts: `draft` is that of its journal, also one that an earlier send left, or undefined until it is made. */
export interface DraftedWork<Draft> {
  readonly step: SentStep;
  draft: Draft | undefined;
  /** An earlier send began it: it is taken further as it was planned then. */
  readonly resumed: boolean;
  answer?: Answer;
}

interface Shelf {
  readonly item: string;
  readonly location: string;
}

/** What an ERP that keeps drafts is asked for. Each throws what `refusal` knows when the ERP said no, and then nothing of the call is there. */
export interface DraftedErp<Work> {
  /** What a document moves. */
  goodsOf(work: Work): readonly Shelf[];
  /** Whether its goods move by a call of their own. */
  movesAlone(work: Work): boolean;
  /** Whether it takes one document per call in all that follows the drafts. */
  readonly singly?: true;
  /** Makes the drafts, which say under their keys what is meant. */
  draft(some: readonly Work[]): Promise<void>;
  /** Looks at the drafts, and answers those that the ERP changed. */
  check?(some: readonly Work[]): Promise<void>;
  /** `perhapsThere`: a part of the goods may have moved by an earlier call. */
  move(some: readonly Work[], perhapsThere: boolean): Promise<void>;
  /** Makes the documents count. */
  post(some: readonly Work[]): Promise<void>;
  /** Answers what was posted with the ERP's numbers. */
  confirm(some: readonly Work[]): Promise<void>;
  /** Takes the draft away, and what was begun of its goods. False, and nothing done, when some of them have moved. */
  withdraw(work: Work): Promise<boolean>;
  /** The answer for a "no" of the ERP; undefined for anything else. */
  refusal(error: unknown): Answer | undefined;
}

/**
 * Sends steps that go together: they are planned, and those of a company are written. What was planned from the level that a document would have left
 * which the ERP then refused is planned again, from what is there. Each round answers the refused one, so there are no more rounds than steps.
 */
export async function sendDrafted<Draft, Work extends DraftedWork<Draft>>(
  steps: readonly SentStep[],
  prepare: (steps: readonly SentStep[]) => Promise<(Work | Answer)[]>,
  companyOf: (work: Work) => unknown,
  erpFor: (first: Work) => Promise<DraftedErp<Work>>,
): Promise<Answer[]> {
  const answers = new Map<SentStep, Answer>();
  for (let waiting = steps; waiting.length > 0; ) {
    let planned: readonly (Work | Answer)[];
    try {
      planned = await prepare(waiting);
    } catch (error) {
      for (const step of waiting) answers.set(step, unapplied(error));
      break;
    }
    const works = planned.filter((each) => "draft" in each);
    const aside = new Set<Work | Answer>();
    for (const mine of Map.groupBy(works, companyOf).values()) for (const each of await write(mine, erpFor)) aside.add(each);
    const isStopped = works.some(({ answer }) => answer?.kind === "unknown" || answer?.kind === "unavailable");
    const refused = planned.findIndex((each) => "draft" in each && each.answer?.kind === "refused");
    const again: SentStep[] = [];
    for (const [index, step] of waiting.entries()) {
      const each = planned[index] ?? notSent;
      const [isWork, answer] = "draft" in each ? [true, each.answer] : [false, each];
      // Also what was refused in view of it, such as goods that its receipt seemed to have left no room for.
      const inView = !isWork && answer?.kind === "refused" && refused !== -1 && index > refused;
      if ((aside.has(each) || inView) && !isStopped) again.push(step);
      // A refusal in view of what is not there is none: while it cannot be planned again, it is not sent.
      else answers.set(step, inView ? notSent : (answer ?? notSent));
    }
    waiting = again;
  }
  return steps.map((step) => answers.get(step) ?? notSent);
}

/**
 * Writes the documents of one company: first all drafts, then the goods in their order, then the drafts are posted, which makes a document count. A send
 * that was cut off anywhere leaves a draft at most, and the same step sent again takes it further from there. Each gets its answer, whatever happens, but
 * those that are to be planned again: they are returned, and nothing of them is in the ERP.
 */
async function write<Draft, Work extends DraftedWork<Draft>>(
  all: readonly Work[],
  erpFor: (first: Work) => Promise<DraftedErp<Work>>,
): Promise<ReadonlySet<Work>> {
  const aside = new Set<Work>();
  const [first] = all;
  if (first === undefined) return aside;
  const isOpen = (work: Work) => work.answer === undefined && !aside.has(work);
  const open = () => all.filter(isOpen);
  try {
    const erp = await erpFor(first);
    await writeTo(erp);
  } catch (error) {
    for (const each of open()) {
      // What has a draft is begun: it is looked up and taken further, not taken for absent.
      const isBegun = each.draft !== undefined || error instanceof UnknownOutcome;
      each.answer = isBegun ? { kind: "unknown", message: `the ERP did not answer: ${faultOf(error)}` } : unapplied(error);
    }
  }
  return aside;

  async function writeTo(erp: DraftedErp<Work>): Promise<void> {
    const goodsOf = new Map(all.map((each) => [each, erp.goodsOf(each).map(({ item, location }) => JSON.stringify([item, location]))]));
    const hasGoods = (work: Work) => (goodsOf.get(work) ?? []).length > 0;
    const parts = (some: readonly Work[]) => (erp.singly === true ? some.map((each) => [each]) : [some]);

    await attempt(
      open().filter(({ draft }) => draft === undefined),
      (some) => erp.draft(some),
    );
    await erp.check?.(open());
    await settle();
    for (const run of inRuns(open().filter(hasGoods), erp.movesAlone))
      for (const part of parts(run)) await attempt(part, (some, isRetry) => erp.move(some, isRetry || some.some(({ resumed }) => resumed)));
    for (const part of parts(open())) {
      // Where the goods have moved it is no document that was not taken.
      await attempt(
        part,
        (some) => erp.post(some),
        (work, answer) =>
          answer.kind === "refused" && hasGoods(work)
            ? { kind: "unknown", message: `the goods moved and the journal is still a draft: ${answer.message}` }
            : answer,
      );
    }
    if (open().length > 0) await erp.confirm(open());
    for (const each of open()) each.answer = { kind: "unknown", message: "the ERP posted the document and does not tell its number" };

    /** All at once; when the ERP refuses that, each alone, so that one does not spoil the others. */
    async function attempt(
      some: readonly Work[],
      run: (part: readonly Work[], isRetry: boolean) => Promise<void>,
      told: (work: Work, answer: Answer) => Answer = (_, answer) => answer,
      isRetry = false,
    ): Promise<void> {
      const part = some.filter(isOpen);
      if (part.length === 0) return;
      try {
        await run(part, isRetry);
      } catch (error) {
        const answer =
          error instanceof Refused ? ({ kind: "refused", code: error.code, message: error.message } as const) : erp.refusal(error);
        if (answer === undefined) throw error;
        if (part.length > 1) {
          for (const each of part) await attempt([each], run, told, true);
          return;
        }
        for (const each of part) each.answer = told(each, answer);
        await settle();
      }
    }

    /** Takes away what refused documents left, and sets aside what was planned from the levels that they would have left. */
    async function settle(): Promise<void> {
      const moved = new Set<string>();
      for (const each of all) {
        const goods = goodsOf.get(each) ?? [];
        if (each.answer?.kind === "refused" || aside.has(each)) {
          if (each.answer?.kind === "refused") await takeAway(each, each.answer.message);
        } else if (isOpen(each) && !each.resumed && goods.some((shelf) => moved.has(shelf))) {
          if (await takeAway(each, "it was planned from what a refused document would have left")) aside.add(each);
        } else continue;
        for (const shelf of goods) moved.add(shelf);
      }
    }

    /** So that its key is free again; what stays is unknown, and is looked at again. */
    async function takeAway(work: Work, why: string): Promise<boolean> {
      if (work.draft === undefined) return true;
      try {
        if (await erp.withdraw(work)) {
          work.draft = undefined;
          return true;
        }
        work.answer = { kind: "unknown", message: `a part of the goods moved and the journal is still a draft: ${why}` };
      } catch (error) {
        work.answer = { kind: "unknown", message: `${why}; its draft could not be withdrawn: ${faultOf(error)}` };
      }
      return false;
    }
  }
}

/** Neighbours that go together; one that goes alone is a run of its own. The order stays. */
function inRuns<Work>(some: readonly Work[], isAlone: (work: Work) => boolean): Work[][] {
  const runs: Work[][] = [];
  let isClosed = true;
  for (const each of some) {
    if (isClosed || isAlone(each)) runs.push([each]);
    else runs.at(-1)?.push(each);
    isClosed = isAlone(each);
  }
  return runs;
}
