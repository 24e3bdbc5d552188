import * as z from "zod/mini";
import { UnknownOutcome } from "#domain/failures";
import { createStockLevels, type LevelAt, type StockLevels } from "#domain/inventory";
import { entityOfStep, faultOf, notSent, openStepSending, Refused, type SentStep, unapplied, unplanned } from "#domain/posting";
import type { Clock } from "#ports/clock";
import type { StepAnswer } from "#ports/erp";
import { type BooksReader, doneAnswer, type HeldEntry, type HeldLine, movementsIn } from "./books-read.ts";
import { type Books, type Directory, type OdooCurrency, type OdooItem, searchCall } from "./directory.ts";
import { originText, sameHash, shelf } from "./labels.ts";
import { type OdooApi, OdooRefusal } from "./odoo-api.ts";
import { goodsOf, type PlannedEntry, planPost, planReversal, type Surroundings } from "./plan-entry.ts";
import { moveGoods, withdrawGoods } from "./transfers.ts";
import { wire } from "./values.ts";

export interface SubmitDependencies {
  readonly api: OdooApi;
  readonly directory: Directory;
  readonly reader: BooksReader;
  readonly clock: Clock;
  readonly companies: Readonly<Record<string, string>>;
  /** Account for inventory-revaluation by entity. */
  readonly revaluationAccounts: Readonly<Record<string, string>>;
}

const model = "account.move";
const ids = z.array(wire.id);
const numbers = z.array(z.object({ id: wire.id, name: wire.text, date: z.string() }));

/** A step on its way into Odoo. */
interface Work {
  readonly step: SentStep;
  readonly books: Books;
  readonly plan: PlannedEntry;
  /** Of its entry: of a draft that an earlier send left, or undefined until it is made. */
  entry: number | undefined;
  readonly resumed: boolean;
  answer?: StepAnswer;
}

/**
 * Posts groups within `budgetMilliseconds` in all. Steps at the same place of their groups go together: first the drafts of all journals, which
 * say under their keys what is meant; then the goods; then the journals are posted, which makes a document count. A send that was cut off
 * anywhere leaves a draft at most, and the same step sent again takes it further from there.
 */
export async function submitGroups(
  dependencies: SubmitDependencies,
  groups: readonly (readonly SentStep[])[],
  budgetMilliseconds: number,
): Promise<StepAnswer[][]> {
  const deadline = Date.parse(dependencies.clock.now()) + budgetMilliseconds;
  const left = () => deadline - Date.parse(dependencies.clock.now());
  const sending = openStepSending<StepAnswer>(groups);
  for (let steps = sending.next(); steps.length > 0; steps = sending.next()) sending.answered(await submitSteps(dependencies, steps, left));
  return sending.answers();
}

async function submitSteps(dependencies: SubmitDependencies, steps: readonly SentStep[], left: () => number): Promise<StepAnswer[]> {
  let work: (Work | StepAnswer)[];
  try {
    work = await prepare(dependencies, steps, left);
  } catch (error) {
    return steps.map(() => unapplied(error));
  }
  const byCompany = Map.groupBy(
    work.filter((each) => "plan" in each),
    ({ books }) => books.company.id,
  );
  for (const mine of byCompany.values()) await execute(dependencies, mine, left);
  return work.map((each) => ("plan" in each ? (each.answer ?? notSent) : each));
}

interface Read {
  readonly currencies: readonly OdooCurrency[];
  readonly booksOf: ReadonlyMap<string, Books>;
  readonly held: ReadonlyMap<string, HeldEntry>;
  readonly lines: ReadonlyMap<number, readonly HeldLine[]>;
  readonly reversals: ReadonlyMap<number, HeldEntry>;
  /** By entity. */
  readonly items: ReadonlyMap<string, ReadonlyMap<string, OdooItem>>;
  readonly locations: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly levels: ReadonlyMap<string, StockLevels>;
}

async function prepare(dependencies: SubmitDependencies, steps: readonly SentStep[], left: () => number): Promise<(Work | StepAnswer)[]> {
  const { companies, revaluationAccounts } = dependencies;
  const known = steps.filter((step) => Object.hasOwn(companies, entityOfStep(step)));
  const read = await readFor(dependencies, known, left);
  return steps.map((step) => {
    const entity = entityOfStep(step);
    const books = read.booksOf.get(entity);
    const levels = read.levels.get(entity);
    if (books === undefined || levels === undefined) {
      const message = `entity ${entity} has no company in this ERP: name it in the policy's erpCompany`;
      return { kind: "refused", code: "unknown-company", message };
    }
    try {
      const revaluationAccount = Object.hasOwn(revaluationAccounts, entity) ? revaluationAccounts[entity] : undefined;
      const [items, locations] = [read.items.get(entity) ?? new Map(), read.locations.get(entity) ?? new Map()];
      return levels.planning(() =>
        workFor(step, read, { currencies: read.currencies, books, levels, items, locations, revaluationAccount }),
      );
    } catch (error) {
      return unplanned(error);
    }
  });
}

async function readFor({ directory, reader }: SubmitDependencies, steps: readonly SentStep[], left: () => number): Promise<Read> {
  const booksOf = new Map<string, Books>();
  for (const entity of new Set(steps.map(entityOfStep))) {
    booksOf.set(entity, await directory.books(await directory.company(entity, left()), left()));
  }
  const keys = steps.flatMap((step) => (step.kind === "reverse" ? [step.erpKey, step.reverses] : [step.erpKey]));
  const companyIds = [...booksOf.values()].map(({ company }) => company.id);
  const held = await reader.underKeys(keys, companyIds, left());
  const originals = steps.flatMap((step) => (step.kind === "reverse" ? (held.get(step.reverses)?.id ?? []) : []));
  const lines = await reader.linesOf(
    [...held.values()].map(({ id }) => id),
    companyIds,
    left(),
  );
  const levels = new Map<string, StockLevels>();
  const goods = steps.flatMap((step) => {
    const original = step.kind === "reverse" ? held.get(step.reverses)?.id : undefined;
    return goodsOf(step, lines.get(original ?? -1) ?? []).map((each) => ({ ...each, entity: entityOfStep(step) }));
  });
  for (const [entity, books] of booksOf) {
    const mine = new Map<string, LevelAt>();
    for (const { item, location } of goods.filter((each) => each.entity === entity)) {
      const name = shelf(item, location);
      if (!mine.has(name)) mine.set(name, { item, location, level: await reader.level(item, location, books.company.id, left()) });
    }
    levels.set(entity, createStockLevels(mine.values()));
  }
  const [items, locations] = [new Map<string, ReadonlyMap<string, OdooItem>>(), new Map<string, ReadonlyMap<string, number>>()];
  for (const [entity, { company }] of booksOf) {
    const mine = goods.filter((each) => each.entity === entity);
    items.set(entity, await directory.items([...new Set(mine.map(({ item }) => item))], company.id, left()));
    locations.set(entity, await directory.locations([...new Set(mine.map(({ location }) => location))], company.id, left()));
  }
  const reversals = await reader.reversalsOf(originals, companyIds, left());
  return { currencies: await directory.currencies(left()), booksOf, held, lines, reversals, items, locations, levels };
}

/** What is to be done for a step, or its first answer when it is done already. Throws Refused. */
function workFor(step: SentStep, read: Read, around: Surroundings): Work | StepAnswer {
  const { books } = around;
  const before = read.held.get(step.erpKey);
  const original = step.kind === "reverse" ? read.held.get(step.reverses) : undefined;
  if (before?.origin !== undefined) {
    const same = step.kind === "post" ? sameHash(before.origin, step.hash) : before.reverses === original?.id;
    if (!same || before.company !== books.company.id) {
      throw new Refused("key-reused", `key ${step.erpKey} already stands for a document with other content: choose a new key`);
    }
    const movements = movementsIn(read.lines.get(before.id) ?? []);
    if (before.posted) return doneAnswer(before.number, movements);
    if (books.openFrom !== undefined && before.date < books.openFrom) {
      const message = `the draft of ${step.erpKey} waits in the ERP and its day ${before.date} was locked meanwhile: open the day until it is posted`;
      return { kind: "unknown", message };
    }
    const { key, origin, date, reverses } = before;
    return { step, books, plan: { key, origin, date, reverses, currency: 0, lines: [], movements }, entry: before.id, resumed: true };
  }
  if (step.kind === "post") return { step, books, plan: planPost(step, around), entry: undefined, resumed: false };
  if (original === undefined || !original.posted) {
    throw new Refused("unknown-document", `there is no document ${step.reverses} to reverse: check the key`);
  }
  if (original.company !== books.company.id) {
    throw new Refused("company-mismatch", `document ${step.reverses} belongs to another company than that of ${books.company.entity}`);
  }
  if (original.reverses !== undefined) {
    throw new Refused("not-reversible", `document ${step.reverses} is itself a reversal: post a new document instead`);
  }
  const reversal = read.reversals.get(original.id);
  if (reversal !== undefined) {
    const by = reversal.key === "" ? `${reversal.number || "a draft"}, entered by hand` : reversal.key;
    throw new Refused("already-reversed", `document ${step.reverses} was already reversed by ${by}: nothing is left to reverse`);
  }
  const plan = planReversal(step, original, read.lines.get(original.id) ?? [], around);
  return { step, books, plan, entry: undefined, resumed: false };
}

/** Writes the documents of one company. Each gets its answer, whatever happens. */
async function execute(dependencies: SubmitDependencies, all: readonly Work[], left: () => number): Promise<void> {
  const { api, directory } = dependencies;
  const company = all[0]?.books.company;
  if (company === undefined) return;
  const context = { allowed_company_ids: [company.id] };
  const open = () => all.filter(({ answer }) => answer === undefined);
  const entriesOf = (some: readonly Work[]) => some.flatMap(({ entry }) => entry ?? []);
  const call = (method: string, some: readonly Work[]) => ({ model, method, ids: entriesOf(some), arguments: { context } });
  try {
    await oneByOneIfRefused(
      open().filter(({ entry }) => entry === undefined),
      async (some) => {
        const values = some.map(entryValues);
        const made = await api.change({ model, method: "create", arguments: { vals_list: values, context } }, ids, left());
        for (const [index, each] of some.entries()) each.entry = made[index];
      },
    );
    const goods = open().filter(({ plan }) => plan.movements.length > 0);
    if (goods.length > 0) {
      const names = (of: "item" | "location") => [...new Set(goods.flatMap(({ plan }) => plan.movements.map((each) => each[of])))];
      const known = {
        items: await directory.items(names("item"), company.id, left()),
        locations: await directory.locations(names("location"), company.id, left()),
      };
      await oneByOneIfRefused(goods, async (some) => {
        const documents = some.map(({ plan: { key, date, movements } }) => ({ key, date, movements }));
        // After a refusal of several a part of them may be there.
        const resumed = some.length === 1 || some.some((each) => each.resumed);
        await moveGoods(dependencies, company, documents, known, resumed, left);
      });
    }
    await withdrawRefused(all);
    await oneByOneIfRefused(open(), async (some) => {
      await api.change(call("action_post", some), z.unknown(), left());
    });
    for (const each of all) {
      // Its goods have moved: it is no document that was not taken.
      if (each.answer?.kind === "refused" && each.entry !== undefined && each.plan.movements.length > 0)
        each.answer = { kind: "unknown", message: `the goods moved and the journal is still a draft: ${each.answer.message}` };
    }
    await withdrawRefused(all);
    const posted = open();
    if (posted.length === 0) return;
    const asked = searchCall(model, [["id", "in", entriesOf(posted)]], ["name", "date"], [company.id]);
    const given = await api.ask(asked, numbers, left());
    for (const each of posted) {
      const { name, date } = given.find(({ id }) => id === each.entry) ?? {};
      if (name !== undefined) each.answer = withMovedDay(doneAnswer(name, each.plan.movements), each.plan.date, date);
    }
    for (const each of open()) each.answer = { kind: "unknown", message: "the ERP posted the document and does not tell its number" };
  } catch (error) {
    for (const each of open()) {
      // What has a draft is begun: it is looked up and taken further, not taken for absent.
      const begun = each.entry !== undefined || error instanceof UnknownOutcome;
      each.answer = begun ? { kind: "unknown", message: `the ERP did not answer: ${faultOf(error)}` } : unapplied(error);
    }
  }

  /** All at once; when Odoo refuses that, each alone, so that one does not spoil the others. */
  async function oneByOneIfRefused(some: readonly Work[], run: (part: readonly Work[]) => Promise<void>): Promise<void> {
    if (some.length === 0) return;
    try {
      await run(some);
    } catch (error) {
      if (!(error instanceof OdooRefusal)) throw error;
      if (some.length > 1) {
        for (const each of some) await oneByOneIfRefused([each], run);
        return;
      }
      for (const each of some) each.answer = { kind: "refused", code: "rejected", message: error.message };
    }
  }

  /** Takes the drafts of refused documents away, so that their keys are free again; what stays is unknown, and is looked at again. */
  async function withdrawRefused(some: readonly Work[]): Promise<void> {
    for (const each of some) {
      if (each.answer?.kind !== "refused" || each.entry === undefined) continue;
      try {
        if (each.plan.movements.length > 0) await withdrawGoods(api, each.plan.key, company?.id ?? 0, left);
        await api.change(call("unlink", [each]), z.unknown(), left());
        each.entry = undefined;
      } catch (error) {
        each.answer = { kind: "unknown", message: `${each.answer.message}; its draft could not be withdrawn: ${faultOf(error)}` };
      }
    }
  }
}

function entryValues({ plan, books: { company } }: Work): object {
  return {
    ...{ move_type: "entry", company_id: company.id, journal_id: company.journal, date: plan.date, currency_id: plan.currency },
    ...{ ref: plan.key, invoice_origin: originText(plan.origin) },
    ...(plan.reverses === undefined ? {} : { reversed_entry_id: plan.reverses }),
    line_ids: plan.lines.map((line) => [0, 0, line]),
  };
}

/** A day that was locked between the look at it and the posting: Odoo has moved the entry, which is in the books. */
function withMovedDay(answer: ReturnType<typeof doneAnswer>, planned: string, held: string | undefined): StepAnswer {
  if (held === undefined || held === planned) return answer;
  const warning = `posting-date: ${planned} was locked in the ERP while it was posted, and the ERP put it on ${held}: correct it there, or in the policies`;
  return { ...answer, warnings: [...(answer.warnings ?? []), warning] };
}
