import { Unavailable, UnknownOutcome } from "#domain/failures";
import { entityOfStep, notSent, Refused, type SentStep, sendGroups, unapplied, unplanned } from "#domain/posting";
import type { Clock } from "#ports/clock";
import type { StepAnswer } from "#ports/erp";
import { type BooksReader, costDifferences, doneAnswer, type HeldDocument, type HeldLine, type HeldTransaction } from "./books-read.ts";
import { type Books, type Directory, segmentNames } from "./directory.ts";
import { furtherId, furtherIds, postingId, reversalId, sameHash } from "./memos.ts";
import { differenceRecord, type Levels, type PlannedRecord, planPost, planReversal, type Surroundings } from "./plan-records.ts";
import { NetSuiteRefusal, type NetSuiteService } from "./rest-service.ts";

export interface SubmitDependencies {
  readonly service: NetSuiteService;
  readonly directory: Directory;
  readonly reader: BooksReader;
  readonly clock: Clock;
  readonly companies: Readonly<Record<string, string>>;
  /** Account for inventory-revaluation by entity. */
  readonly revaluationAccounts: Readonly<Record<string, string>>;
}

/** A step on its way into NetSuite. */
interface Work {
  readonly step: SentStep;
  readonly id: string;
  readonly around: Surroundings;
  /** Of its document. */
  readonly records: readonly PlannedRecord[];
  answer?: StepAnswer;
}

/**
 * Posts groups within `budgetMilliseconds` in all, one request after the other: an account takes few at once. Steps at the same place of their
 * groups go together, so that a reversal is there before what follows it.
 */
export async function submitGroups(
  dependencies: SubmitDependencies,
  groups: readonly (readonly SentStep[])[],
  budgetMilliseconds: number,
): Promise<StepAnswer[][]> {
  return sendGroups<StepAnswer>(groups, dependencies.clock, budgetMilliseconds, (steps, left) => submitSteps(dependencies, steps, left));
}

async function submitSteps(dependencies: SubmitDependencies, steps: readonly SentStep[], left: () => number): Promise<StepAnswer[]> {
  let work: (Work | StepAnswer)[];
  try {
    work = await prepare(dependencies, steps, left);
  } catch (error) {
    return steps.map(() => unapplied(error, "NetSuite"));
  }
  const going = work.filter((each) => "step" in each);
  for (const each of going) {
    await send(dependencies, each, left);
    if (each.answer?.kind === "unknown" || each.answer?.kind === "unavailable") break;
  }
  await tellDone(dependencies, going, left);
  return work.map((each) => ("step" in each ? (each.answer ?? notSent) : each));
}

const idOf = (step: SentStep) => (step.kind === "post" ? postingId(step.erpKey) : reversalId(step.reverses));
const shelf = (item: string, location: string) => JSON.stringify([item, location]);

/** The documents that lie under these ids, whole or in part. */
export async function documentsUnder(
  reader: BooksReader,
  ids: readonly string[],
  currencyOf: (subsidiary: number) => string | undefined,
  within: () => number,
): Promise<ReadonlyMap<string, HeldDocument>> {
  const firsts = await reader.underIds(ids, within());
  // Only goods need more than one transaction; what a lost request left of them may lack its first.
  const further = await reader.underIds([...firsts.keys()].flatMap(furtherIds), within());
  const partsOf = (first: HeldTransaction) =>
    [first.externalId, ...furtherIds(first.externalId).slice(1)].flatMap((id) => firsts.get(id) ?? further.get(id) ?? []);
  const differenceOf = (first: HeldTransaction) => further.get(furtherId(first.externalId, "v"));
  const lines = await reader.linesOf(
    [...firsts.values()].flatMap((first) => partsOf(first).map(({ id }) => id)),
    within(),
  );
  return new Map(
    [...firsts].flatMap(([id, first]) => {
      const currency = currencyOf(first.subsidiary);
      if (currency === undefined) return [];
      const parts = partsOf(first);
      const document = {
        parts,
        lines: parts.flatMap((part) => lines.get(part.id) ?? []),
        differencePosted: differenceOf(first) !== undefined,
        currency,
      };
      return [[id, document] as const];
    }),
  );
}

async function prepare(dependencies: SubmitDependencies, steps: readonly SentStep[], left: () => number): Promise<(Work | StepAnswer)[]> {
  const { companies, revaluationAccounts, directory, reader } = dependencies;
  const known = steps.filter((step) => Object.hasOwn(companies, entityOfStep(step)));
  const booksOf = new Map<string, Books>();
  for (const entity of new Set(known.map(entityOfStep))) {
    booksOf.set(entity, await directory.books(await directory.subsidiary(entity, left()), left()));
  }
  const currencyOf = (id: number) => [...booksOf.values()].find(({ subsidiary }) => subsidiary.id === id)?.subsidiary.currency;
  const wanted = known.flatMap((step) => [
    idOf(step),
    ...(step.kind === "reverse" ? [postingId(step.reverses), reversalId(reversedBy(step))] : []),
  ]);
  const held = await documentsUnder(reader, wanted, currencyOf, left);
  const shared = await readGoods(dependencies, known, held, booksOf, left);
  const currencies = await directory.currencies(left());
  return steps.map((step) => {
    const entity = entityOfStep(step);
    const books = booksOf.get(entity);
    const goods = shared.get(entity);
    if (books === undefined || goods === undefined) {
      const message = `entity ${entity} has no company in this ERP: name it in the policy's erpCompany`;
      return { kind: "refused", code: "unknown-company", message };
    }
    try {
      const revaluationAccount = Object.hasOwn(revaluationAccounts, entity) ? revaluationAccounts[entity] : undefined;
      return workFor(step, held, { ...goods, books, currencies, revaluationAccount });
    } catch (error) {
      return unplanned(error);
    }
  });
}

/** When the document to reverse is a reversal itself: what that one took back. */
function reversedBy(step: Extract<SentStep, { kind: "reverse" }>): string {
  return step.reverses.slice(0, Math.max(step.reverses.lastIndexOf("/"), 0));
}

type Goods = Pick<Surroundings, "items" | "locations" | "segments" | "levels">;

/** Items, locations, stock levels and records that the steps name, by entity. */
async function readGoods(
  { directory, reader }: SubmitDependencies,
  steps: readonly SentStep[],
  held: ReadonlyMap<string, HeldDocument>,
  booksOf: ReadonlyMap<string, Books>,
  left: () => number,
): Promise<ReadonlyMap<string, Goods>> {
  const goods = new Map<string, Goods>();
  for (const [entity, { subsidiary }] of booksOf) {
    const mine = steps.filter((step) => entityOfStep(step) === entity);
    const moved = mine.flatMap((step) => movementsOf(step, held));
    const items = await directory.items([...new Set(moved.map(({ item }) => item))], left());
    const locations = moved.length === 0 ? new Map<string, never>() : await directory.locations(subsidiary, left());
    const pieces = new Map<string, number>();
    const itemIds = [...items.values()].map(({ id }) => id);
    if (itemIds.length > 0) {
      const condition = `l.subsidiary = ${subsidiary.id} AND i.id IN (${itemIds.join(", ")})`;
      for (const level of await reader.levels(condition, left())) pieces.set(shelf(level.item, level.location), level.quantityMillionths);
    }
    const levels: Levels = {
      get: (item, location) => pieces.get(shelf(item, location)) ?? 0,
      set: (item, location, millionths) => void pieces.set(shelf(item, location), millionths),
    };
    const named = mine.flatMap((step) => dimensionsOf(step, held));
    const segments: Record<(typeof segmentNames)[number], ReadonlyMap<string, number>> = {
      department: new Map(),
      class: new Map(),
      location: new Map(),
    };
    for (const name of segmentNames) {
      const values = [...new Set(named.flatMap((dimensions) => dimensions[name] ?? []))];
      segments[name] = await directory.segment(name, values, left());
    }
    goods.set(entity, { items, locations, levels, segments });
  }
  return goods;
}

function heldLinesOf(step: SentStep, held: ReadonlyMap<string, HeldDocument>): readonly HeldLine[] {
  return step.kind === "reverse" ? (held.get(postingId(step.reverses))?.lines ?? []) : [];
}

function movementsOf(
  step: SentStep,
  held: ReadonlyMap<string, HeldDocument>,
): readonly { readonly item: string; readonly location: string }[] {
  if (step.kind === "reverse") return heldLinesOf(step, held).filter(({ text }) => text?.movement !== undefined);
  return step.document.type === "stock" ? step.document.movements : [];
}

function dimensionsOf(step: SentStep, held: ReadonlyMap<string, HeldDocument>): readonly Readonly<Record<string, string>>[] {
  if (step.kind === "reverse") return heldLinesOf(step, held).flatMap(({ text }) => (text === undefined ? [] : [text.dimensions]));
  const { document } = step;
  return document.type === "journal"
    ? document.lines.map(({ dimensions }) => dimensions)
    : document.movements.map(({ counterDimensions }) => counterDimensions ?? {});
}

/** What is to be done for a step, or its first answer when it is done already. Throws Refused. */
function workFor(step: SentStep, held: ReadonlyMap<string, HeldDocument>, around: Surroundings): Work | StepAnswer {
  const { subsidiary } = around.books;
  const id = idOf(step);
  const before = held.get(id);
  if (before !== undefined) {
    requireSame(step, before, subsidiary.id);
    const done = doneAnswer(before);
    if (done !== undefined) return done;
  }
  if (step.kind === "post") return { step, id, around, records: planPost(step, around) };
  const original = held.get(postingId(step.reverses));
  if (original === undefined) {
    if (held.get(reversalId(reversedBy(step)))?.parts[0]?.head?.key === step.reverses) {
      throw new Refused("not-reversible", `document ${step.reverses} is itself a reversal: post a new document instead`);
    }
    throw new Refused("unknown-document", `there is no document ${step.reverses} to reverse: check the key`);
  }
  if (original.parts[0]?.subsidiary !== subsidiary.id) {
    throw new Refused("company-mismatch", `document ${step.reverses} belongs to another subsidiary than that of ${subsidiary.entity}`);
  }
  if (doneAnswer(original) === undefined) {
    throw new Refused("unknown-document", `document ${step.reverses} is not whole in NetSuite: post it to its end before it is reversed`);
  }
  return { step, id, around, records: planReversal(step, original, around) };
}

/** Throws Refused when other content lies under the step's id. A memo that somebody changed says nothing: the id is ours alone. */
function requireSame(step: SentStep, { parts }: HeldDocument, subsidiary: number): void {
  const [first] = parts;
  const head = first?.head;
  if (first === undefined || head === undefined) return;
  if (step.kind === "reverse" && head.key !== step.erpKey) {
    throw new Refused("already-reversed", `document ${step.reverses} was already reversed by ${head.key}: nothing is left to reverse`);
  }
  if (first.subsidiary !== subsidiary || (step.kind === "post" && !sameHash(head, step.hash))) {
    throw new Refused("key-reused", `key ${step.erpKey} already stands for a document with other content: choose a new key`);
  }
}

/** Creates the records of a step, as far as they are not there. */
async function send(dependencies: SubmitDependencies, work: Work, left: () => number): Promise<void> {
  let begun = false;
  try {
    for (const record of work.records) {
      const refusal = await create(dependencies, record, work, left);
      if (refusal === undefined) {
        begun = true;
        continue;
      }
      // A part of the document stands: it is no document that was not taken.
      work.answer = begun
        ? { kind: "unknown", message: `a part of the document was posted, the rest was not: ${refusal}` }
        : { kind: "refused", code: "rejected", message: refusal };
      return;
    }
  } catch (error) {
    if (error instanceof Refused) work.answer = { kind: "refused", code: error.code, message: error.message };
    else work.answer = begun ? unknown(error) : failed(error);
  }
}

/** Sends a record; after a lost answer the same bytes once more. Gives why it was refused, or undefined when it stands. */
async function create(
  { service, reader }: SubmitDependencies,
  { record, body, externalId }: PlannedRecord,
  { step, around }: Pick<Work, "step" | "around">,
  left: () => number,
): Promise<string | undefined> {
  let lost: UnknownOutcome | undefined;
  for (;;) {
    try {
      await service.create(record, body, left());
      return undefined;
    } catch (error) {
      if (error instanceof UnknownOutcome && lost === undefined) {
        lost = error;
        continue;
      }
      // The first one may have been applied all the same.
      if (error instanceof Unavailable && lost !== undefined) throw lost;
      if (!(error instanceof NetSuiteRefusal)) throw error;
      // NetSuite takes an external id once ("This record already exists"): what stands under it tells whether this was meant.
      const standing = await lookAgain(reader, externalId, left);
      if (standing === undefined) {
        if (lost === undefined && !error.saysThatItExists) return error.message;
        throw new UnknownOutcome(`it perhaps stands already, and is not shown yet: ${error.message}`);
      }
      const { subsidiary } = around.books;
      requireSame(step, { parts: [standing], lines: [], differencePosted: false, currency: subsidiary.currency }, subsidiary.id);
      return undefined;
    }
  }
}

/** Throws UnknownOutcome when it cannot be known. */
async function lookAgain(reader: BooksReader, externalId: string, left: () => number): Promise<HeldTransaction | undefined> {
  try {
    return (await reader.underIds([externalId], left())).get(externalId);
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    throw new UnknownOutcome(`refused, and whether it stands already could not be looked up: ${error.message}`, { cause: error });
  }
}

/** Reads what stands now, books the differences between costs, and gives the answers. */
async function tellDone(dependencies: SubmitDependencies, works: readonly Work[], left: () => number): Promise<void> {
  const sent = works.filter(({ answer }) => answer === undefined);
  // What was not reached has sent nothing.
  const stop = works.findIndex(({ answer }) => answer?.kind === "unknown" || answer?.kind === "unavailable");
  const posted = sent.filter((each) => stop < 0 || works.indexOf(each) < stop);
  if (posted.length === 0) return;
  const currencyOf = (id: number) => posted.find(({ around }) => around.books.subsidiary.id === id)?.around.books.subsidiary.currency;
  const read = () =>
    documentsUnder(
      dependencies.reader,
      posted.map(({ id }) => id),
      currencyOf,
      left,
    );
  try {
    let held = await read();
    let corrected = false;
    for (const work of posted) {
      const document = held.get(work.id);
      const differences = document === undefined || document.differencePosted ? [] : costDifferences(document);
      if (document === undefined || differences.length === 0) continue;
      corrected = true;
      const record = differenceRecord(differences, document, work.id, work.around);
      const refusal = record === undefined ? undefined : await create(dependencies, record, work, left);
      if (refusal !== undefined)
        work.answer = { kind: "unknown", message: `the goods moved, what they cost was not corrected: ${refusal}` };
    }
    if (corrected) held = await read();
    for (const work of posted) {
      if (work.answer !== undefined) continue;
      const document = held.get(work.id);
      work.answer = (document && doneAnswer(document)) ?? {
        kind: "unknown",
        message: "NetSuite took the document and does not show it yet",
      };
    }
  } catch (error) {
    for (const work of posted) work.answer ??= unknown(error);
  }
}

/** What stands in part, or perhaps: it is looked up and taken further, not taken for absent. */
function unknown(error: unknown): StepAnswer {
  if (!(error instanceof Unavailable || error instanceof UnknownOutcome || error instanceof Refused)) throw error;
  return { kind: "unknown", message: `NetSuite did not answer: ${error.message}` };
}

function failed(error: unknown): StepAnswer {
  return error instanceof UnknownOutcome ? unknown(error) : unapplied(error, "NetSuite");
}
