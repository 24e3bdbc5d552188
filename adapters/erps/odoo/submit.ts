import * as z from "zod/mini";
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
import { type BooksReader, doneAnswer, type HeldEntry, type HeldLine, movementsIn } from "./books-read.ts";
import { type Books, type Directory, type OdooCompany, type OdooCurrency, type OdooItem, searchCall } from "./directory.ts";
import { originText, sameHash, shelf } from "./labels.ts";
import { type OdooApi, OdooRefusal } from "./odoo-api.ts";
import { type OrderReceipt, receiveOnOrder, withdrawReceipt } from "./order-receipts.ts";
import { goodsOf, type PlannedEntry, planPost, planReversal, type Surroundings } from "./plan-entry.ts";
import { ordersUnder } from "./purchasing.ts";
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

/** A step on its way into Odoo. Its draft is an entry. */
interface Work extends DraftedWork<number> {
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
    sendDrafted<number, Work>(
      steps,
      (some) => prepare(dependencies, some, left),
      ({ books }) => books.company.id,
      ({ books }) => erpFor(dependencies, books.company, left),
    ),
  );
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
      const [items, locations] = [read.items.get(entity) ?? new Map(), read.locations.get(entity) ?? new Map()];
      return levels.planning(() =>
        workFor(step, read, { currencies: read.currencies, books, levels, items, locations, orders: read.orders, revaluationAccount }),
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
  const orders = new Map<number, HeldPurchaseOrder>();
  for (const [entity, { company }] of booksOf) {
    const numbers = steps.flatMap((step) => (entityOfStep(step) === entity ? (orderOf(step) ?? []) : []));
    const found = await ordersUnder({ api, directory }, company, [...new Set(numbers)], left);
    for (const { id, order } of found.values()) orders.set(id, order);
  }
  const reversals = await reader.reversalsOf(originals, companyIds, left());
  const currencies = await directory.currencies(left());
  return { currencies, booksOf, held, lines, reversals, items, locations, levels, orders: ordersOfCall([...orders.values()]) };
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
    return { step, books, plan: { key, origin, date, reverses, currency: 0, lines: [], movements }, draft: before.id, resumed: true };
  }
  if (step.kind === "post") return { step, books, plan: planPost(step, around), draft: undefined, resumed: false };
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
  return { step, books, plan, draft: undefined, resumed: false };
}

async function erpFor(dependencies: SubmitDependencies, company: OdooCompany, left: () => number): Promise<DraftedErp<Work>> {
  const { api, directory } = dependencies;
  const context = { allowed_company_ids: [company.id] };
  const entriesOf = (some: readonly Work[]) => some.flatMap(({ draft }) => draft ?? []);
  const call = (method: string, some: readonly Work[]) => ({ model, method, ids: entriesOf(some), arguments: { context } });
  return {
    goodsOf: ({ plan }) => plan.movements,
    movesAlone: ({ step }) => orderOf(step) !== undefined,
    async draft(some) {
      const create = { model, method: "create", arguments: { vals_list: some.map(entryValues), context } };
      const made = await api.change(create, ids, left());
      for (const [index, each] of some.entries()) each.draft = made[index];
    },
    async move(some, perhapsThere) {
      const onOrder = some.flatMap(receiptOf);
      for (const receipt of onOrder) await receiveOnOrder(dependencies, company, receipt, left);
      if (onOrder.length > 0) return;
      const names = (of: "item" | "location") => [...new Set(some.flatMap(({ plan }) => plan.movements.map((each) => each[of])))];
      const known = {
        items: await directory.items(names("item"), company.id, left()),
        locations: await directory.locations(names("location"), company.id, left()),
      };
      const documents = some.map(({ plan: { key, date, movements } }) => ({ key, date, movements }));
      await moveGoods(dependencies, company, documents, known, perhapsThere, left);
    },
    async post(some) {
      await api.change(call("action_post", some), z.unknown(), left());
    },
    async confirm(some) {
      const asked = searchCall(model, [["id", "in", entriesOf(some)]], ["name", "date"], [company.id]);
      const given = await api.ask(asked, numbers, left());
      for (const each of some) {
        const { name, date } = given.find(({ id }) => id === each.draft) ?? {};
        if (name !== undefined) each.answer = withMovedDay(doneAnswer(name, each.plan.movements), each.plan.date, date);
      }
    },
    async withdraw(work) {
      const [receipt] = receiptOf(work);
      if (receipt !== undefined && !(await withdrawReceipt(api, receipt, company.id, left))) return false;
      if (receipt === undefined && work.plan.movements.length > 0) await withdrawGoods(api, work.plan.key, company.id, left);
      await api.change(call("unlink", [work]), z.unknown(), left());
      return true;
    },
    refusal: (error) => (error instanceof OdooRefusal ? { kind: "refused", code: "rejected", message: error.message } : undefined),
  };
}

/** What of a document comes on a purchase order. */
function receiptOf({ step, plan: { key, movements } }: Work): OrderReceipt[] {
  const purchaseOrder = orderOf(step);
  return purchaseOrder === undefined ? [] : [{ key, purchaseOrder, movements }];
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
