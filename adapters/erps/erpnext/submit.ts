import { UnknownOutcome } from "#domain/failures";
import { createStockLevels, type LevelAt, type StockLevels } from "#domain/inventory";
import {
  entityOfStep,
  faultOf,
  type HeldPurchaseOrder,
  notSent,
  type OrdersOfCall,
  openStepSending,
  orderOf,
  ordersOfCall,
  Refused,
  type SentStep,
  unapplied,
  unplanned,
} from "#domain/posting";
import type { Clock } from "#ports/clock";
import type { StepAnswer } from "#ports/erp";
import { type BooksReader, doneAnswer, type HeldEntry, type HeldRow } from "./books-read.ts";
import type { Books, Directory, ErpNextItem } from "./directory.ts";
import { type FrappeApi, FrappeRefusal } from "./frappe-api.ts";
import { receiveOnOrder, withdrawReceipt } from "./order-receipts.ts";
import { areKept, goodsOf, type PlannedEntry, planPost, planReversal, type Surroundings } from "./plan-entry.ts";
import { ordersUnder } from "./purchasing.ts";
import { shelfOf, shortHash } from "./remarks.ts";
import { moveGoods, withdrawGoods } from "./stock-entries.ts";

export interface SubmitDependencies {
  readonly api: FrappeApi;
  readonly directory: Directory;
  readonly reader: BooksReader;
  readonly clock: Clock;
  readonly companies: Readonly<Record<string, string>>;
  /** Account for inventory-revaluation by entity. */
  readonly revaluationAccounts: Readonly<Record<string, string>>;
}

const doctype = "Journal Entry";

/** A step on its way into ERPNext. */
interface Work {
  readonly step: SentStep;
  readonly books: Books;
  readonly plan: PlannedEntry;
  /** Name of its entry: of a draft that an earlier send left, or undefined until it is made. */
  entry: string | undefined;
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
    ({ books }) => books.company.name,
  );
  for (const mine of byCompany.values()) await execute(dependencies, mine, left);
  return work.map((each) => ("plan" in each ? (each.answer ?? notSent) : each));
}

interface Read {
  readonly booksOf: ReadonlyMap<string, Books>;
  readonly held: ReadonlyMap<string, HeldEntry>;
  readonly rows: ReadonlyMap<string, readonly HeldRow[]>;
  readonly reversals: ReadonlyMap<string, HeldEntry>;
  readonly items: ReadonlyMap<string, ErpNextItem>;
  /** By entity. */
  readonly warehouses: ReadonlyMap<string, Surroundings["warehouses"]>;
  readonly levels: ReadonlyMap<string, StockLevels>;
  readonly orders: OrdersOfCall;
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
      const warehouses = read.warehouses.get(entity) ?? new Map();
      return levels.planning(() =>
        workFor(step, read, { books, levels, items: read.items, warehouses, orders: read.orders, revaluationAccount }),
      );
    } catch (error) {
      return unplanned(error);
    }
  });
}

async function readFor({ api, directory, reader }: SubmitDependencies, steps: readonly SentStep[], left: () => number): Promise<Read> {
  const booksOf = new Map<string, Books>();
  for (const entity of new Set(steps.map(entityOfStep))) {
    booksOf.set(entity, await directory.books(await directory.company(entity, left()), left()));
  }
  const keys = steps.flatMap((step) => (step.kind === "reverse" ? [step.erpKey, step.reverses] : [step.erpKey]));
  const companies = [...booksOf.values()].map(({ company }) => company.name);
  const held = await reader.underKeys(keys, companies, left());
  const originals = steps.flatMap((step) => (step.kind === "reverse" ? (held.get(step.reverses)?.name ?? []) : []));
  const rows = await reader.rowsOf(originals, left());
  const levels = new Map<string, StockLevels>();
  const warehouses = new Map<string, Surroundings["warehouses"]>();
  const goods = steps.flatMap((step) => {
    const original = step.kind === "reverse" ? held.get(step.reverses)?.remark : undefined;
    return goodsOf(step, original).map((each) => ({ ...each, entity: entityOfStep(step) }));
  });
  for (const [entity, { company }] of booksOf) {
    const mine = new Map<string, LevelAt>();
    const moved = goods.filter((each) => each.entity === entity);
    for (const { item, location } of moved) {
      const name = shelfOf(item, location);
      if (!mine.has(name)) mine.set(name, { item, location, level: await reader.level(item, location, company.name, left()) });
    }
    levels.set(entity, createStockLevels(mine.values()));
    if (moved.length > 0) warehouses.set(entity, await directory.warehouses(company, left()));
  }
  const items = await directory.items([...new Set(goods.map(({ item }) => item))], left());
  const orders = new Map<string, HeldPurchaseOrder>();
  for (const [entity, { company }] of booksOf) {
    const numbers = steps.flatMap((step) => (entityOfStep(step) === entity ? (orderOf(step) ?? []) : []));
    const found = await ordersUnder(api, directory, company, [...new Set(numbers)], left());
    for (const { name, order } of found.values()) orders.set(name, order);
  }
  const reversals = await reader.reversalsOf(originals, companies, left());
  return { booksOf, held, rows, reversals, items, warehouses, levels, orders: ordersOfCall([...orders.values()]) };
}

/** What is to be done for a step, or its first answer when it is done already. Throws Refused. */
function workFor(step: SentStep, read: Read, around: Surroundings): Work | StepAnswer {
  const { books } = around;
  const before = read.held.get(step.erpKey);
  const original = step.kind === "reverse" ? read.held.get(step.reverses) : undefined;
  if (before?.remark !== undefined) {
    const same = step.kind === "post" ? before.remark.hash === shortHash(step.hash) : before.reverses === original?.name;
    if (!same || before.company !== books.company.name) {
      throw new Refused("key-reused", `key ${step.erpKey} already stands for a document with other content: choose a new key`);
    }
    if (before.posted) return doneAnswer(before.name, before.remark.movements);
    const { key, remark, date, reverses, name } = before;
    return { step, books, plan: { key, remark, date, reverses, rows: [] }, entry: name, resumed: true };
  }
  if (step.kind === "post") return { step, books, plan: planPost(step, around), entry: undefined, resumed: false };
  if (original === undefined || !original.posted) {
    throw new Refused("unknown-document", `there is no document ${step.reverses} to reverse: check the key`);
  }
  if (original.company !== books.company.name) {
    throw new Refused("company-mismatch", `document ${step.reverses} belongs to another company than that of ${books.company.entity}`);
  }
  if (original.reverses !== undefined) {
    throw new Refused("not-reversible", `document ${step.reverses} is itself a reversal: post a new document instead`);
  }
  const reversal = read.reversals.get(original.name);
  if (reversal !== undefined) {
    const by = reversal.key === "" ? `${reversal.name}, entered by hand` : reversal.key;
    throw new Refused("already-reversed", `document ${step.reverses} was already reversed by ${by}: nothing is left to reverse`);
  }
  const plan = planReversal(step, original, read.rows.get(original.name) ?? [], around);
  return { step, books, plan, entry: undefined, resumed: false };
}

/** Writes the documents of one company. Each gets its answer, whatever happens. */
async function execute(dependencies: SubmitDependencies, all: readonly Work[], left: () => number): Promise<void> {
  const { api, directory, reader } = dependencies;
  const company = all[0]?.books.company;
  if (company === undefined) return;
  const open = () => all.filter(({ answer }) => answer === undefined);
  try {
    await oneByOneIfRefused(
      open().filter(({ entry }) => entry === undefined),
      async (some) => {
        const made = await api.insert(some.map(entryOf), left());
        for (const [index, each] of some.entries()) each.entry = made[index];
      },
    );
    await refuseRounded(open());
    await withdrawRefused(all);
    const goods = open().filter(({ plan }) => plan.remark.movements.length > 0);
    if (goods.length > 0) {
      const items = await directory.items([...new Set(goods.flatMap(({ plan }) => plan.remark.movements.map(({ item }) => item)))], left());
      const known = { items, warehouses: await directory.warehouses(company, left()) };
      for (const each of goods) {
        const { key, date, remark } = each.plan;
        const purchaseOrder = orderOf(each.step);
        await oneByOneIfRefused([each], () =>
          purchaseOrder !== undefined
            ? receiveOnOrder({ api, directory }, company, { key, purchaseOrder, date, movements: remark.movements }, known, left)
            : moveGoods(api, company, { key, date, movements: remark.movements }, known, each.resumed, left),
        );
      }
    }
    await withdrawRefused(all);
    for (const each of open()) {
      if (each.entry === undefined) continue;
      const { entry } = each;
      await oneByOneIfRefused([each], () => api.submit(doctype, entry, left()));
      if (each.answer === undefined) each.answer = doneAnswer(entry, each.plan.remark.movements);
      // Its goods have moved: it is no document that was not taken.
      else if (each.answer.kind === "refused" && each.plan.remark.movements.length > 0)
        each.answer = { kind: "unknown", message: `the goods moved and the journal is still a draft: ${each.answer.message}` };
    }
    await withdrawRefused(all);
  } catch (error) {
    for (const each of open()) {
      // What has a draft is begun: it is looked up and taken further, not taken for absent.
      const begun = each.entry !== undefined || error instanceof UnknownOutcome;
      each.answer = begun ? { kind: "unknown", message: `the ERP did not answer: ${faultOf(error)}` } : unapplied(error);
    }
  }

  /** A journal is posted to the last decimal, or not at all; a draft that an earlier send left was perhaps not looked at. */
  async function refuseRounded(made: readonly Work[]): Promise<void> {
    const held = await reader.rowsOf(
      made.flatMap(({ entry }) => entry ?? []),
      left(),
    );
    for (const each of made) {
      const { digits, currency } = each.books.company;
      if (areKept(held.get(each.entry ?? "") ?? [], digits)) continue;
      const message = `the ERP rounds ${currency} to fewer than ${digits} decimals: set Currency Precision in its System Settings to ${digits} or more`;
      each.answer = { kind: "refused", code: "currency-precision", message };
    }
  }

  /** All at once; when ERPNext refuses that, each alone, so that one does not spoil the others. */
  async function oneByOneIfRefused(some: readonly Work[], run: (part: readonly Work[]) => Promise<void>): Promise<void> {
    if (some.length === 0) return;
    try {
      await run(some);
    } catch (error) {
      if (error instanceof Refused) {
        for (const each of some) each.answer = { kind: "refused", code: error.code, message: error.message };
        return;
      }
      if (!(error instanceof FrappeRefusal)) throw error;
      if (some.length > 1) {
        for (const each of some) await oneByOneIfRefused([each], run);
        return;
      }
      // Somebody else has just taken the key: what is there is looked up.
      const isTaken = error.exception === "DuplicateEntryError" || error.exception === "UniqueValidationError";
      const answer: StepAnswer = isTaken
        ? { kind: "unknown", message: `the key is in the ERP already: ${error.message}` }
        : { kind: "refused", code: "rejected", message: error.message };
      for (const each of some) each.answer = answer;
    }
  }

  /** Takes the drafts of refused documents away, so that their keys are free again; what stays is unknown, and is looked at again. */
  async function withdrawRefused(some: readonly Work[]): Promise<void> {
    for (const each of some) {
      if (each.answer?.kind !== "refused" || each.entry === undefined) continue;
      try {
        const withdraw = orderOf(each.step) === undefined ? withdrawGoods : withdrawReceipt;
        if (each.plan.remark.movements.length > 0 && !(await withdraw(api, each.plan.key, left))) {
          each.answer = { kind: "unknown", message: `a part of the goods moved and the journal is still a draft: ${each.answer.message}` };
          continue;
        }
        await api.remove(doctype, each.entry, left());
        each.entry = undefined;
      } catch (error) {
        each.answer = { kind: "unknown", message: `${each.answer.message}; its draft could not be withdrawn: ${faultOf(error)}` };
      }
    }
  }
}

function entryOf({ plan, books: { company } }: Work): object {
  return {
    ...{ doctype, voucher_type: "Journal Entry", company: company.name, posting_date: plan.date },
    ...{ throughline_key: plan.key, user_remark: JSON.stringify(plan.remark), accounts: plan.rows },
    ...(plan.reverses === undefined ? {} : { reversal_of: plan.reverses }),
  };
}
