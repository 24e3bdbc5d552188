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
import { type BooksReader, doneAnswer, type HeldLine, type HeldMove, movementsIn, originOf } from "./books-read.ts";
import { moveDescription, sameHash, shelf } from "./descriptions.ts";
import type { Books, Directory, House, TrytonCompany, TrytonItem } from "./directory.ts";
import { refusedQuestion, TrytonRefusal, type TrytonService } from "./json-rpc.ts";
import { type OrderReceipt, receiveOnOrder, withdrawReceipt } from "./order-receipts.ts";
import { goodsOf, type PlannedMove, planPost, planReversal, type Surroundings } from "./plan-move.ts";
import type { PurchaseReader } from "./purchasing.ts";
import { moveGoods, withdrawGoods } from "./shipments.ts";
import { dateOf, wire } from "./values.ts";

export interface SubmitDependencies {
  readonly service: TrytonService;
  readonly directory: Directory;
  readonly reader: BooksReader;
  readonly purchases: PurchaseReader;
  readonly clock: Clock;
  readonly companies: Readonly<Record<string, string>>;
  /** Account for inventory-revaluation by entity. */
  readonly revaluationAccounts: Readonly<Record<string, string>>;
}

const ids = z.array(wire.id);
const numbers = z.array(z.object({ id: wire.id, number: wire.text }));

/** A step on its way into Tryton. Its draft is a move. */
interface Work extends DraftedWork<number> {
  readonly books: Books;
  readonly plan: PlannedMove;
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
  readonly house: House;
  readonly booksOf: ReadonlyMap<string, Books>;
  readonly held: ReadonlyMap<string, HeldMove>;
  readonly lines: ReadonlyMap<number, readonly HeldLine[]>;
  readonly reversals: ReadonlyMap<number, HeldMove>;
  readonly items: ReadonlyMap<string, TrytonItem>;
  readonly locations: ReadonlyMap<string, number>;
  readonly levels: ReadonlyMap<string, StockLevels>;
  readonly orders: OrdersOfCall;
}

async function prepare(dependencies: SubmitDependencies, steps: readonly SentStep[], left: () => number): Promise<(Work | StepAnswer)[]> {
  const { companies, revaluationAccounts } = dependencies;
  const known = steps.filter((step) => Object.hasOwn(companies, entityOfStep(step)));
  let read: Read;
  try {
    read = await readFor(dependencies, known, left);
  } catch (error) {
    throw refusedQuestion(error);
  }
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
      return levels.planning(() => workFor(step, read, { ...read, books, levels, revaluationAccount }));
    } catch (error) {
      return unplanned(error);
    }
  });
}

async function readFor(
  { directory, reader, purchases }: SubmitDependencies,
  steps: readonly SentStep[],
  left: () => number,
): Promise<Read> {
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
  const orders = new Map<number, HeldPurchaseOrder>();
  for (const [entity, { company }] of booksOf) {
    const numbers = steps.flatMap((step) => (entityOfStep(step) === entity ? (orderOf(step) ?? []) : []));
    for (const { id, order } of (await purchases.under(company, [...new Set(numbers)], left())).values()) orders.set(id, order);
  }
  return {
    orders: ordersOfCall([...orders.values()]),
    house: await directory.house(left()),
    booksOf,
    held,
    lines,
    reversals: await reader.reversalsOf(originals, left()),
    items: await directory.items([...new Set(goods.map(({ item }) => item))], left()),
    locations: await directory.locations([...new Set(goods.map(({ location }) => location))], left()),
    levels,
  };
}

/** What is to be done for a step, or its first answer when it is done already. Throws Refused. */
function workFor(step: SentStep, read: Read, around: Surroundings): Work | StepAnswer {
  const { books } = around;
  const before = read.held.get(step.erpKey);
  const original = step.kind === "reverse" ? read.held.get(step.reverses) : undefined;
  if (before !== undefined) {
    const same = step.kind === "post" ? before.head !== undefined && sameHash(before.head, step.hash) : before.origin === original?.id;
    if (!same || before.head === undefined || before.company !== books.company.id) {
      throw new Refused("key-reused", `key ${step.erpKey} already stands for a document with other content: choose a new key`);
    }
    const movements = movementsIn(read.lines.get(before.id) ?? []);
    if (before.posted) return doneAnswer(before.number ?? "", movements);
    const plan = { head: before.head, date: before.date, period: 0, origin: before.origin, lines: [], movements };
    return { step, books, plan, draft: before.id, resumed: true };
  }
  if (step.kind === "post") return { step, books, plan: planPost(step, around), draft: undefined, resumed: false };
  if (original === undefined || !original.posted) {
    throw new Refused("unknown-document", `there is no document ${step.reverses} to reverse: check the key`);
  }
  if (original.company !== books.company.id) {
    throw new Refused("company-mismatch", `document ${step.reverses} belongs to another company than that of ${books.company.entity}`);
  }
  if (original.origin !== undefined) {
    throw new Refused("not-reversible", `document ${step.reverses} is itself a reversal: post a new document instead`);
  }
  const reversal = read.reversals.get(original.id);
  if (reversal !== undefined) {
    const by = reversal.head?.key ?? `${reversal.number ?? "a draft"}, entered by hand`;
    throw new Refused("already-reversed", `document ${step.reverses} was already reversed by ${by}: nothing is left to reverse`);
  }
  const plan = planReversal(step, original, read.lines.get(original.id) ?? [], around);
  return { step, books, plan, draft: undefined, resumed: false };
}

async function erpFor(dependencies: SubmitDependencies, company: TrytonCompany, left: () => number): Promise<DraftedErp<Work>> {
  const { service, directory, purchases } = dependencies;
  const context = { company: company.id };
  const house = await directory.house(left());
  const draftsOf = (some: readonly Work[]) => some.map(({ draft }) => draft);
  return {
    goodsOf: ({ plan }) => plan.movements,
    movesAlone: ({ step }) => orderOf(step) !== undefined,
    async draft(some) {
      const values = some.map((each) => moveValues(each, house));
      const made = await service.change("model.account.move.create", [values, context], ids, left());
      for (const [index, each] of some.entries()) each.draft = made[index];
    },
    async move(some, perhapsThere) {
      const [receipt] = some.flatMap(receiptOf);
      if (receipt !== undefined) return await receiveOnOrder(service, purchases, receipt, left);
      const names = (of: "item" | "location") => [...new Set(some.flatMap(({ plan }) => plan.movements.map((each) => each[of])))];
      const items = await directory.items(names("item"), left());
      const known = { house, items, locations: await directory.locations(names("location"), left()) };
      const documents = some.map(({ plan: { head, date, movements } }) => ({ key: head.key, company: company.id, date, movements }));
      await moveGoods(service, documents, known, perhapsThere, left);
    },
    async post(some) {
      await service.change("model.account.move.post", [draftsOf(some), context], z.unknown(), left());
    },
    async confirm(some) {
      const given = await service.ask("model.account.move.read", [draftsOf(some), ["number"], context], numbers, left());
      for (const each of some) {
        const number = given.find(({ id }) => id === each.draft)?.number;
        if (number !== undefined && number !== null) each.answer = doneAnswer(number, each.plan.movements);
      }
    },
    async withdraw(work) {
      const { key } = work.plan.head;
      if (orderOf(work.step) !== undefined) await withdrawReceipt(service, { key, company }, left);
      else if (work.plan.movements.length > 0) await withdrawGoods(service, key, company.id, left);
      await service.change("model.account.move.delete", [[work.draft], context], z.unknown(), left());
      return true;
    },
    refusal: (error) => (error instanceof TrytonRefusal ? { kind: "refused", code: "rejected", message: error.message } : undefined),
  };
}

/** What of a document comes on a purchase order. */
function receiptOf({ step, books: { company }, plan: { head, date, movements } }: Work): OrderReceipt[] {
  const purchaseOrder = orderOf(step);
  return purchaseOrder === undefined ? [] : [{ key: head.key, purchaseOrder, company, date, movements }];
}

function moveValues({ plan, books }: Work, house: House): object {
  return {
    company: books.company.id,
    journal: house.journal,
    period: plan.period,
    date: dateOf(plan.date),
    description: moveDescription(plan.head),
    ...(plan.origin === undefined ? {} : { origin: originOf(plan.origin) }),
    lines: [["create", plan.lines]],
  };
}
