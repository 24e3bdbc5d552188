import * as z from "zod/mini";
import { emptyStockLevel, type StockLevel } from "#domain/inventory";
import type { StepResult } from "#domain/posting";
import { type BookedMovement, type LineText, likeKey, likeShelf, type MoveHead, readLine, readMove } from "./descriptions.ts";
import type { TrytonService } from "./json-rpc.ts";
import { dayOf, wire } from "./values.ts";

/** A move of Tryton's, with what its description says when it is ours. */
export interface HeldMove {
  readonly id: number;
  readonly company: number;
  readonly number: string | null;
  readonly posted: boolean;
  readonly date: string;
  /** Of the move that this one takes back. */
  readonly origin: number | undefined;
  readonly head: MoveHead | undefined;
}

export interface HeldLine {
  readonly id: number;
  readonly move: number;
  readonly account: number;
  readonly debit: string;
  readonly credit: string;
  readonly secondAmount: string | undefined;
  readonly text: LineText | undefined;
}

const moveFields = ["company", "number", "state", "date", "origin", "description"];
const moveRecords = z.array(
  z.object({
    id: wire.id,
    company: wire.id,
    number: wire.text,
    state: z.string(),
    date: wire.date,
    origin: z.nullable(z.string()),
    description: wire.text,
  }),
);
const lineFields = ["move", "account", "debit", "credit", "amount_second_currency", "description"];
const lineRecords = z.array(
  z.object({
    id: wire.id,
    move: wire.id,
    account: wire.id,
    debit: wire.decimal,
    credit: wire.decimal,
    amount_second_currency: z.nullable(wire.decimal),
    description: wire.text,
  }),
);
/** Keys in one condition of a search. */
const keysPerSearch = 100;
const linesPerSearch = 20_000;

export function originOf(move: number): string {
  return `account.move,${move}`;
}

/** Reads moves and lines as Tryton holds them. Throws Unavailable. */
export function createBooksReader(service: TrytonService) {
  async function moves(domain: readonly unknown[], limit: number | null, within: number): Promise<HeldMove[]> {
    const parameters = [domain, 0, limit, [["id", "ASC"]], moveFields, {}];
    const records = await service.ask("model.account.move.search_read", parameters, moveRecords, within);
    return records.map(({ id, company, number, state, date, origin, description }) => ({
      id,
      company,
      number,
      posted: state === "posted",
      date: dayOf(date),
      origin: originMove(origin),
      head: readMove(description),
    }));
  }

  async function lines(domain: readonly unknown[], limit: number | null, within: number, order = "ASC"): Promise<HeldLine[]> {
    const parameters = [domain, 0, limit, [["id", order]], lineFields, {}];
    const records = await service.ask("model.account.move.line.search_read", parameters, lineRecords, within);
    return records.map(({ id, move, account, debit, credit, amount_second_currency, description }) => ({
      id,
      move,
      account,
      debit: debit.decimal,
      credit: credit.decimal,
      secondAmount: amount_second_currency?.decimal,
      text: readLine(description),
    }));
  }

  return {
    moves,

    async linesOf(ids: readonly number[], within: number): Promise<ReadonlyMap<number, readonly HeldLine[]>> {
      const found = ids.length === 0 ? [] : await lines([["move", "in", ids]], linesPerSearch * ids.length, within);
      const byMove = new Map<number, HeldLine[]>(ids.map((id) => [id, []]));
      for (const line of found) byMove.get(line.move)?.push(line);
      return byMove;
    },

    /** The moves under these keys, drafts too. */
    async underKeys(keys: readonly string[], companies: readonly number[], within: number): Promise<ReadonlyMap<string, HeldMove>> {
      const wanted = new Set(keys);
      const found = new Map<string, HeldMove>();
      const all = [...wanted];
      for (let start = 0; start < all.length; start += keysPerSearch) {
        const like = all.slice(start, start + keysPerSearch).map((key) => ["description", "like", likeKey(key)]);
        for (const move of await moves(
          [
            ["company", "in", companies],
            ["OR", ...like],
          ],
          null,
          within,
        )) {
          if (move.head !== undefined && wanted.has(move.head.key) && !found.has(move.head.key)) found.set(move.head.key, move);
        }
      }
      return found;
    },

    /** The moves that take these back, by the move that they take back. */
    async reversalsOf(ids: readonly number[], within: number): Promise<ReadonlyMap<number, HeldMove>> {
      const found = ids.length === 0 ? [] : await moves([["origin", "in", ids.map(originOf)]], null, within);
      return new Map(found.flatMap((move) => (move.origin === undefined ? [] : [[move.origin, move] as const])));
    },

    /** What is at a location of an item, by the last movement that was booked, a draft too; empty before the first. */
    async level(item: string, location: string, company: number, within: number): Promise<StockLevel> {
      const domain = [
        ["move.company", "=", company],
        ["description", "like", likeShelf(item, location)],
      ];
      const [last] = await lines(domain, 1, within, "DESC");
      const mine = (line: HeldLine) => line.text?.movement?.item === item && line.text.movement.location === location;
      if (last === undefined || mine(last)) return last?.text?.movement?.after ?? emptyStockLevel;
      // "_" in a code stands for any character of LIKE, so that another shelf came first.
      return (await lines(domain, null, within, "DESC")).find(mine)?.text?.movement?.after ?? emptyStockLevel;
    },

    lines,
  };
}

export type BooksReader = ReturnType<typeof createBooksReader>;

/** The answer that was given when the move was posted. */
export function doneAnswer(number: string, movements: readonly BookedMovement[]): Extract<StepResult, { kind: "done" }> {
  const warnings = movements.flatMap(warningsOf);
  return {
    kind: "done",
    number,
    ...(movements.length === 0 ? {} : { costs: movements.map(({ id, cost }) => ({ movement: id, totalCost: cost })) }),
    ...(warnings.length === 0 ? {} : { warnings }),
  };
}

function warningsOf({ item, location, after, costUnknown }: BookedMovement): string[] {
  return [
    ...(costUnknown === true
      ? [`no-cost: ${item} at ${location} has never been received, so it moved at cost 0: give the receipt with its cost`]
      : []),
    ...(after.quantity < 0
      ? [
          `negative-stock: stock of ${item} at ${location} is ${after.quantity / 1_000_000}: count it, or record the receipt that is missing`,
        ]
      : []),
  ];
}

function originMove(origin: string | null): number | undefined {
  const [model, id] = (origin ?? "").split(",");
  return model === "account.move" && id !== undefined && /^\d+$/.test(id) ? Number(id) : undefined;
}

export function movementsIn(lines: readonly HeldLine[]): BookedMovement[] {
  return lines.flatMap(({ text }) => (text?.movement === undefined ? [] : [text.movement]));
}
