import { createStockLevels, type LevelAt, type StockLevels } from "#domain/inventory";
import {
  type DraftedErp,
  type DraftedWork,
  entityOfStep,
  type HeldPurchaseOrder,
  type OrdersOfCall,
  orderOf,
  ordersOfCall,
  Refused,
  type SentStep,
  sendDrafted,
  sendGroups,
  unplanned,
} from "#domain/posting";
import type { Clock } from "#ports/clock";
import type { StepAnswer } from "#ports/erp";
import { type BooksReader, doneAnswer, type HeldEntry, type HeldRow } from "./books-read.ts";
import type { Books, Directory, ErpNextCompany, ErpNextItem } from "./directory.ts";
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

/** A step on its way into ERPNext. Its draft is an entry's name. */
interface Work extends DraftedWork<string> {
  readonly books: Books;
  readonly plan: PlannedEntry;
}

/** Posts groups within `budgetMilliseconds` in all. Steps at the same place of their groups go together. */
export async function submitGroups(
  dependencies: SubmitDependencies,
  groups: readonly (readonly SentStep[])[],
  budgetMilliseconds: number,
): Promise<StepAnswer[][]> {
  return sendGroups<StepAnswer>(groups, dependencies.clock, budgetMilliseconds, (steps, left) =>
    sendDrafted<string, Work>(
      steps,
      (some) => prepare(dependencies, some, left),
      ({ books }) => books.company.name,
      ({ books }) => erpFor(dependencies, books.company, left),
    ),
  );
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
    return { step, books, plan: { key, remark, date, reverses, rows: [] }, draft: name, resumed: true };
  }
  if (step.kind === "post") return { step, books, plan: planPost(step, around), draft: undefined, resumed: false };
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
  return { step, books, plan, draft: undefined, resumed: false };
}

async function erpFor(dependencies: SubmitDependencies, company: ErpNextCompany, left: () => number): Promise<DraftedErp<Work>> {
  const { api, directory, reader } = dependencies;
  const warehouses = await directory.warehouses(company, left());
  return {
    singly: true,
    goodsOf: ({ plan }) => plan.remark.movements,
    movesAlone: () => true,
    async draft(some) {
      const made = await api.insert(some.map(entryOf), left());
      for (const [index, each] of some.entries()) each.draft = made[index];
    },
    /** A journal is posted to the last decimal, or not at all; a draft that an earlier send left was perhaps not looked at. */
    async check(some) {
      const held = await reader.rowsOf(
        some.flatMap(({ draft }) => draft ?? []),
        left(),
      );
      for (const each of some) {
        const { digits, currency } = company;
        if (areKept(held.get(each.draft ?? "") ?? [], digits)) continue;
        const message = `the ERP rounds ${currency} to fewer than ${digits} decimals: set Currency Precision in its System Settings to ${digits} or more`;
        each.answer = { kind: "refused", code: "currency-precision", message };
      }
    },
    async move(some, perhapsThere) {
      for (const { step, plan } of some) {
        const { key, date, remark } = plan;
        const items = await directory.items([...new Set(remark.movements.map(({ item }) => item))], left());
        const purchaseOrder = orderOf(step);
        const known = { items, warehouses };
        const document = { key, date, movements: remark.movements };
        if (purchaseOrder === undefined) await moveGoods(api, company, document, known, perhapsThere, left);
        else await receiveOnOrder(dependencies, company, { ...document, purchaseOrder }, known, left);
      }
    },
    async post(some) {
      for (const { draft } of some) if (draft !== undefined) await api.submit(doctype, draft, left());
    },
    async confirm(some) {
      for (const each of some) if (each.draft !== undefined) each.answer = doneAnswer(each.draft, each.plan.remark.movements);
    },
    async withdraw({ step, plan, draft = "" }) {
      const withdraw = orderOf(step) === undefined ? withdrawGoods : withdrawReceipt;
      if (plan.remark.movements.length > 0 && !(await withdraw(api, plan.key, left))) return false;
      await api.remove(doctype, draft, left());
      return true;
    },
    refusal(error) {
      if (!(error instanceof FrappeRefusal)) return undefined;
      // Somebody else has just taken the key: what is there is looked up.
      const isTaken = error.exception === "DuplicateEntryError" || error.exception === "UniqueValidationError";
      if (isTaken) return { kind: "unknown", message: `the key is in the ERP already: ${error.message}` };
      return { kind: "refused", code: "rejected", message: error.message };
    },
  };
}

function entryOf({ plan, books: { company } }: Work): object {
  return {
    ...{ doctype, voucher_type: "Journal Entry", company: company.name, posting_date: plan.date },
    ...{ throughline_key: plan.key, user_remark: JSON.stringify(plan.remark), accounts: plan.rows },
    ...(plan.reverses === undefined ? {} : { reversal_of: plan.reverses }),
  };
}
