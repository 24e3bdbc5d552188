import { Unavailable, UnknownOutcome } from "#domain/failures";
import { emptyStockLevel, type StockLevel } from "#domain/inventory";
import { entityOfStep, notSent, Refused, type SentStep, sendGroups, unapplied, unplanned } from "#domain/posting";
import type { Clock } from "#ports/clock";
import type { StepAnswer } from "#ports/erp";
import { originalOf, postingNumber, reversalNumber, sameHash, shelf } from "./descriptions.ts";
import type { Books, Company, Directory } from "./directory.ts";
import { doneAnswer, type LedgerReader, type PostedDocument } from "./entries-read.ts";
import { BusinessCentralRefusal, type BusinessCentralService, requestsPerBatchMax } from "./odata-service.ts";
import { type PlannedDocument, planPost, planReversal, type Surroundings } from "./plan-entries.ts";

export interface SubmitDependencies {
  readonly service: BusinessCentralService;
  readonly directory: Directory;
  readonly reader: LedgerReader;
  readonly clock: Clock;
  readonly companies: Readonly<Record<string, string>>;
  /** Account for inventory-revaluation by entity. */
  readonly revaluationAccounts: Readonly<Record<string, string>>;
}

/** What is read once for all steps of a company at one place. */
interface Read {
  readonly books: Books;
  readonly held: ReadonlyMap<string, PostedDocument>;
  readonly items: ReadonlyMap<string, boolean>;
  readonly locations: ReadonlySet<string>;
  levels: Map<string, StockLevel>;
}

/**
 * Posts groups within `budgetMilliseconds` in all, a document after the other through the company's journal for the hub. Steps at the same place of
 * their groups go together, so that a reversal is there before what follows it.
 */
export async function submitGroups(
  dependencies: SubmitDependencies,
  groups: readonly (readonly SentStep[])[],
  budgetMilliseconds: number,
): Promise<StepAnswer[][]> {
  return sendGroups<StepAnswer>(groups, dependencies.clock, budgetMilliseconds, (steps, left) => submitSteps(dependencies, steps, left));
}

async function submitSteps(dependencies: SubmitDependencies, steps: readonly SentStep[], left: () => number): Promise<StepAnswer[]> {
  const { companies } = dependencies;
  const reads = new Map<string, Read>();
  try {
    for (const entity of new Set(steps.map(entityOfStep))) {
      if (!Object.hasOwn(companies, entity)) continue;
      const mine = steps.filter((step) => entityOfStep(step) === entity);
      reads.set(entity, await readFor(dependencies, entity, mine, left));
    }
  } catch (error) {
    return steps.map(() => unsent(error));
  }
  const answers: StepAnswer[] = [];
  for (const step of steps) {
    const last = answers.at(-1);
    if (last?.kind === "unknown" || last?.kind === "unavailable") {
      answers.push(notSent);
      continue;
    }
    const entity = entityOfStep(step);
    const read = reads.get(entity);
    answers.push(
      read === undefined
        ? {
            kind: "refused",
            code: "unknown-company",
            message: `entity ${entity} has no company in this ERP: name it in the policy's erpCompany`,
          }
        : await submitOne(dependencies, step, read, left),
    );
  }
  return answers;
}

/** What nothing was written for: of a step only the removal of leftovers is written before. */
function unsent(error: unknown): StepAnswer {
  if (error instanceof UnknownOutcome || error instanceof BusinessCentralRefusal)
    return { kind: "unavailable", message: `the hub's journal could not be cleared: ${error.message}` };
  return unapplied(error, "Business Central");
}

async function readFor(
  { directory, reader }: SubmitDependencies,
  entity: string,
  steps: readonly SentStep[],
  left: () => number,
): Promise<Read> {
  const company = await directory.company(entity, left());
  const books = await directory.books(company, left());
  const held = await reader.underNumbers(company, steps.flatMap(numbersFor), left());
  const moved = steps.flatMap((step) => shelvesOf(step, held));
  const levels = new Map<string, StockLevel>();
  for (const { item, location, account } of moved) {
    const name = shelf(item, location);
    if (!levels.has(name)) levels.set(name, await reader.level(company, account, item, location, left()));
  }
  const items = await directory.items(company, [...new Set(moved.map(({ item }) => item))], left());
  const locations = moved.length === 0 ? [] : await directory.locations(company, left());
  await directory.clear(company, await directory.leftovers(company, left()), left);
  return { books, held, items, locations: new Set(locations.map(({ code }) => code)), levels };
}

function numbersFor(step: SentStep): readonly string[] {
  if (step.kind === "post") return [postingNumber(step.erpKey)];
  return [reversalNumber(step.reverses), postingNumber(step.reverses), reversalNumber(originalOf(step.reverses))];
}

/** Items, locations and inventory accounts that a step moves. */
function shelvesOf(step: SentStep, held: ReadonlyMap<string, PostedDocument>) {
  if (step.kind === "post") {
    return step.document.type === "journal"
      ? []
      : step.document.movements.map(({ item, location, inventoryAccount }) => ({ item, location, account: inventoryAccount }));
  }
  return (held.get(postingNumber(step.reverses))?.entries ?? []).flatMap(({ account, text }) =>
    text?.movement === undefined ? [] : [{ item: text.movement.item, location: text.movement.location, account }],
  );
}

async function submitOne(dependencies: SubmitDependencies, step: SentStep, read: Read, left: () => number): Promise<StepAnswer> {
  const levels = new Map(read.levels);
  let document: PlannedDocument;
  try {
    const entity = entityOfStep(step);
    const { revaluationAccounts } = dependencies;
    const around: Surroundings = {
      ...read,
      levels: {
        get: (item, location) => levels.get(shelf(item, location)) ?? emptyStockLevel,
        set: (item, location, level) => void levels.set(shelf(item, location), level),
      },
      revaluationAccount: Object.hasOwn(revaluationAccounts, entity) ? revaluationAccounts[entity] : undefined,
    };
    const next = documentFor(step, read.held, around);
    if ("kind" in next) return next;
    document = next;
  } catch (error) {
    return unplanned(error);
  }
  const answer = await send(dependencies, read.books.company, document, left);
  // The next document starts from what was booked, not from what was refused.
  if (answer.kind === "done") read.levels = levels;
  return answer;
}

/** What is to be sent for a step, or its first answer when it is posted already. Throws Refused. */
function documentFor(step: SentStep, held: ReadonlyMap<string, PostedDocument>, around: Surroundings): PlannedDocument | StepAnswer {
  if (step.kind === "post") {
    const before = held.get(postingNumber(step.erpKey));
    if (before === undefined) return planPost(step, around);
    // Descriptions that somebody changed say nothing: the number is ours alone.
    if (before.head === undefined || sameHash(before.head, step.hash)) return doneAnswer(before);
    throw new Refused("key-reused", `key ${step.erpKey} already stands for a document with other content: choose a new key`);
  }
  const before = held.get(reversalNumber(step.reverses));
  if (before !== undefined) {
    if (before.head === undefined || before.head.key === step.erpKey) return doneAnswer(before);
    throw new Refused(
      "already-reversed",
      `document ${step.reverses} was already reversed by ${before.head.key}: nothing is left to reverse`,
    );
  }
  const original = held.get(postingNumber(step.reverses));
  if (original !== undefined) return planReversal(step, original, around);
  if (held.get(reversalNumber(originalOf(step.reverses)))?.head?.key === step.reverses) {
    throw new Refused("not-reversible", `document ${step.reverses} is itself a reversal: post a new document instead`);
  }
  throw new Refused("unknown-document", `there is no document ${step.reverses} to reverse: check the key`);
}

/** Writes the lines and posts them: all in one transaction where they fit into one batch, else the lines first and the posting last. */
async function send(
  { service, directory, reader }: SubmitDependencies,
  company: Company,
  document: PlannedDocument,
  left: () => number,
): Promise<StepAnswer> {
  const journal = directory.below(company, `journals(${company.journal})`);
  const requests = [
    ...document.lines.map((body) => ({ method: "POST", url: `${journal}/journalLines`, body }) as const),
    { method: "POST", url: `${journal}/Microsoft.NAV.post` } as const,
  ];
  let start = 0;
  try {
    for (; start < requests.length; start += requestsPerBatchMax)
      await service.change(requests.slice(start, start + requestsPerBatchMax), left());
    return doneAnswer(document);
  } catch (error) {
    const posting = start + requestsPerBatchMax >= requests.length;
    const answer = await answerFor(error, posting);
    if (start > 0 && answer.kind !== "unknown" && answer.kind !== "done") await clearBehind();
    return answer;
  }

  async function answerFor(error: unknown, posting: boolean): Promise<StepAnswer> {
    if (error instanceof BusinessCentralRefusal) return posting ? await refusedPosting(error.message) : refusal(error.message);
    if (!(error instanceof UnknownOutcome)) return unsent(error);
    // Lines without the posting are no document, but lines that come in late would be posted with the next one: it waits until none can.
    return {
      kind: "unknown",
      message: `Business Central did not answer${posting ? "" : " for the lines of a long document"}: ${error.message}`,
    };
  }

  /** Posting commits before the extensions of a company have their say: what they refuse may stand all the same. */
  async function refusedPosting(message: string): Promise<StepAnswer> {
    try {
      const standing = (await reader.underNumbers(company, [document.number], left())).get(document.number);
      return standing === undefined ? refusal(message) : doneAnswer(standing);
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      return { kind: "unknown", message: `refused, and whether it stands could not be looked up: ${error.message}` };
    }
  }

  /** What is left over is no document: where it cannot be cleared now, it is before the next one. */
  async function clearBehind(): Promise<void> {
    try {
      await directory.clear(company, await directory.leftovers(company, left()), left);
    } catch (error) {
      if (!(error instanceof Unavailable || error instanceof UnknownOutcome || error instanceof BusinessCentralRefusal)) throw error;
    }
  }
}

/** Business Central checks dimensions when it posts, and says which is missing in a sentence. */
function refusal(message: string): StepAnswer {
  const [, dimension, account] = /Dimension Code ([\w-]+) for the G\/L Account (\S+?)\.?(?:\s|$)/.exec(message) ?? [];
  if (dimension === undefined || account === undefined) return { kind: "refused", code: "rejected", message };
  return {
    kind: "refused",
    code: "missing-dimension",
    message: `account ${account} wants the dimension ${dimension.toLowerCase()}: let the policies give it (${message})`,
  };
}
