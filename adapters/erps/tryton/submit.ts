import * as z from "zod/mini";
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
import { type BooksReader, doneAnswer, type HeldLine, type HeldMove, movementsIn, originOf } from "./books-read.ts";
import { moveDescription, sameHash, shelf } from "./descriptions.ts";
import type { Books, Directory, House, TrytonItem } from "./directory.ts";
import { refusedQuestion, TrytonRefusal, type TrytonService } from "./json-rpc.ts";
import { receiveOnOrder, withdrawReceipt } from "./order-receipts.ts";
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

/** A step on its way into Tryton. */
interface Work {
  readonly step: SentStep;
  readonly books: Books;
  readonly plan: PlannedMove;
  /** Of its move: of a draft that an earlier send left, or undefined until it is made. */
  move: number | undefined;
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
    return steps.map(() => unapplied(refusedQuestion(error)));
  }
  const byCompany = Map.groupBy(
    work.filter((each) => "plan" in each),
    ({ books }) => books.company.id,
  );
  for (const mine of byCompany.values()) await execute(dependencies, mine, left);
  return work.map((each) => ("plan" in each ? (each.answer ?? notSent) : each));
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
    return { step, books, plan, move: before.id, resumed: true };
  }
  if (step.kind === "post") return { step, books, plan: planPost(step, around), move: undefined, resumed: false };
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
  return { step, books, plan, move: undefined, resumed: false };
}

/** Writes the documents of one company. Each gets its answer, whatever happens. */
async function execute(dependencies: SubmitDependencies, all: readonly Work[], left: () => number): Promise<void> {
  const { service } = dependencies;
  const company = all[0]?.books.company.id ?? 0;
  const context = { company };
  const open = () => all.filter(({ answer }) => answer === undefined);
  try {
    const house = await dependencies.directory.house(left());
    await oneByOneIfRefused(
      open().filter(({ move }) => move === undefined),
      async (some) => {
        const made = await service.change("model.account.move.create", [some.map((each) => moveValues(each, house)), context], ids, left());
        for (const [index, each] of some.entries()) each.move = made[index];
      },
    );
    const goods = open().filter(({ plan }) => plan.movements.length > 0);
    if (goods.length > 0) {
      const names = (of: "item" | "location") => [...new Set(goods.flatMap(({ plan }) => plan.movements.map((each) => each[of])))];
      const known = {
        house,
        items: await dependencies.directory.items(names("item"), left()),
        locations: await dependencies.directory.locations(names("location"), left()),
      };
      const onOrders = goods.filter(({ step }) => orderOf(step) !== undefined);
      for (const each of onOrders) {
        const { step, plan, books } = each;
        const receipt = { key: plan.head.key, purchaseOrder: orderOf(step) ?? "", company: books.company, ...plan };
        await oneByOneIfRefused([each], () => receiveOnOrder(service, dependencies.purchases, receipt, left));
      }
      const others = goods.filter((each) => !onOrders.includes(each));
      await oneByOneIfRefused(others, async (some) => {
        const documents = some.map(({ plan }) => ({ key: plan.head.key, company, date: plan.date, movements: plan.movements }));
        // After a refusal of several a part of them may be there.
        const resumed = some.length === 1 || some.some((each) => each.resumed);
        await moveGoods(service, documents, known, resumed, left);
      });
    }
    await withdrawRefused(all);
    await oneByOneIfRefused(open(), async (some) => {
      await service.change("model.account.move.post", [some.map(({ move }) => move), context], z.unknown(), left());
    });
    for (const each of all) {
      // Its goods have moved: it is no document that was not taken.
      if (each.answer?.kind === "refused" && each.move !== undefined && each.plan.movements.length > 0)
        each.answer = { kind: "unknown", message: `the goods moved and the journal is still a draft: ${each.answer.message}` };
    }
    await withdrawRefused(all);
    const posted = open();
    if (posted.length === 0) return;
    const moves = posted.map(({ move }) => move);
    const given = await service.ask("model.account.move.read", [moves, ["number"], context], numbers, left());
    for (const each of posted) {
      const number = given.find(({ id }) => id === each.move)?.number;
      if (number !== undefined && number !== null) each.answer = doneAnswer(number, each.plan.movements);
    }
    for (const each of open()) each.answer = { kind: "unknown", message: "the ERP posted the document and does not tell its number" };
  } catch (error) {
    for (const each of open()) {
      // What has a draft is begun: it is looked up and taken further, not taken for absent.
      const begun = each.move !== undefined || error instanceof UnknownOutcome;
      each.answer = begun ? { kind: "unknown", message: `the ERP did not answer: ${faultOf(error)}` } : unapplied(error);
    }
  }

  /** All at once; when Tryton refuses that, each alone, so that one does not spoil the others. */
  async function oneByOneIfRefused(some: readonly Work[], run: (part: readonly Work[]) => Promise<void>): Promise<void> {
    if (some.length === 0) return;
    try {
      await run(some);
    } catch (error) {
      if (!(error instanceof TrytonRefusal)) throw error;
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
      if (each.answer?.kind !== "refused" || each.move === undefined) continue;
      try {
        if (orderOf(each.step) !== undefined)
          await withdrawReceipt(service, { key: each.plan.head.key, company: each.books.company }, left);
        else if (each.plan.movements.length > 0) await withdrawGoods(service, each.plan.head.key, company, left);
        await service.change("model.account.move.delete", [[each.move], context], z.unknown(), left());
        each.move = undefined;
      } catch (error) {
        each.answer = { kind: "unknown", message: `${each.answer.message}; its draft could not be withdrawn: ${faultOf(error)}` };
      }
    }
  }
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
