import { priceTicket, type Ticket } from "./ticket.ts";

/** What a till records beside its tickets: money between drawer, safe and bank, and what was counted. */
export interface TillStep {
  readonly store: string;
  readonly register: string;
  readonly sequence: number;
  /** Wall-clock time of the store. */
  readonly time: string;
  readonly kind: "loan" | "paid-out" | "pickup" | "count" | "bank-deposit";
  /** Cents of cash: what was moved, or what lay in the drawer. Not negative. */
  readonly amount: number;
  /** Of a count: what the till itself expected. */
  readonly expected?: number;
  /** Of a paid-out, in the till's own word. */
  readonly reason?: string;
  /** Of a deposit: the number of the bag. */
  readonly bag?: string;
}

/** A drawer's evening as the sample has it. */
export interface RegisterEvening {
  readonly store: string;
  readonly register: string;
  readonly closesAt: string;
  /** What is found over (+) or short (−) when it is counted, cents. */
  readonly overShort: number;
}

/** Change that lies in each drawer in the morning: the store's `drawerFloat`, and part of the opening balance of account 1060. */
export const drawerFloatCents = 20_000;

/** The registers whose tickets arrive; the third of Austin is cut off on its way. */
export const registerEvenings: readonly RegisterEvening[] = [
  { store: "0101", register: "1", closesAt: "21:02", overShort: 150 },
  { store: "0101", register: "2", closesAt: "21:05", overShort: -2_500 },
  { store: "0201", register: "1", closesAt: "23:04", overShort: 0 },
  { store: "0201", register: "2", closesAt: "23:06", overShort: 0 },
  { store: "0301", register: "1", closesAt: "21:30", overShort: -35 },
];

/** What a till does between its tickets, under the numbers that its register's telling tickets leave free. */
const duringTheDay: readonly TillStep[] = [
  { store: "0101", register: "1", sequence: 5, time: "10:40", kind: "loan", amount: 5_000 },
  { store: "0101", register: "1", sequence: 6, time: "11:15", kind: "paid-out", amount: 1_240, reason: "supplies" },
  { store: "0101", register: "1", sequence: 7, time: "15:00", kind: "pickup", amount: 4_000 },
  { store: "0201", register: "1", sequence: 3, time: "13:30", kind: "loan", amount: 4_000 },
  { store: "0201", register: "1", sequence: 4, time: "16:10", kind: "paid-out", amount: 875, reason: "cleaning" },
];

/** The first number that the telling tickets and the steps above leave, by "<store>/<register>": plain tickets go on from there. */
const plainFrom: Readonly<Record<string, number>> = { "0101/1": 9, "0101/2": 8, "0201/1": 6, "0201/2": 5, "0301/1": 6 };

/** The till of this register stopped and started anew, and lost a number over it: nothing was sold under it. */
export const lostNumber = { store: "0101", register: "2", sequence: 12 } as const;

/** Hands out the numbers of each register in turn, without one that its till lost. */
export class RegisterNumbers {
  private readonly next = new Map<string, number>();

  take(store: string, register: string): number {
    const name = `${store}/${register}`;
    let number = this.next.get(name) ?? plainFrom[name] ?? 1;
    if (store === lostNumber.store && register === lostNumber.register && number === lostNumber.sequence) number += 1;
    this.next.set(name, number + 1);
    return number;
  }
}

/**
 * The till's own transactions of a day. In the evening each register is emptied of the notes above its float (in tens), and counted; the first
 * register of a store then records what goes to the bank: what was picked up, less the change that the safe had lent.
 */
export function tillSteps(tickets: readonly Ticket[], date: string, numbers: RegisterNumbers): readonly TillStep[] {
  const steps: TillStep[] = [...duringTheDay];
  for (const { store, register, closesAt, overShort } of registerEvenings) {
    const base = { store, register, time: closesAt };
    const own = steps.filter((step) => step.store === store && step.register === register);
    const before = drawerFloatCents + cashTaken(tickets, store, register) + own.reduce((sum, step) => sum + intoDrawer(step), 0);
    const picked = Math.max(0, Math.floor((before - drawerFloatCents) / 1_000) * 1_000);
    if (picked > 0) steps.push({ ...base, sequence: numbers.take(store, register), kind: "pickup", amount: picked });
    const expected = before - picked;
    steps.push({ ...base, sequence: numbers.take(store, register), kind: "count", amount: expected + overShort, expected });
  }
  for (const store of new Set(registerEvenings.map((each) => each.store))) {
    const amount = safeGain(steps, store);
    const last = registerEvenings.filter((each) => each.store === store).at(-1);
    if (amount <= 0 || last === undefined) continue;
    const bag = `${store}-${date.slice(5).replace("-", "")}`;
    steps.push({ store, register: "1", sequence: numbers.take(store, "1"), time: last.closesAt, kind: "bank-deposit", amount, bag });
  }
  return steps;
}

/** What tickets left of cash in a drawer. A ticket that does not add up is not in the day; none of those is paid in cash. */
export function cashTaken(tickets: readonly Ticket[], store: string, register: string): number {
  let cash = 0;
  for (const ticket of tickets) {
    if (ticket.store !== store || ticket.register !== register || ticket.training === true) continue;
    for (const tender of priceTicket(ticket).tenders) if (tender.type === "Cash") cash += tender.amount;
  }
  return cash;
}

/** What a step moves into its drawer, cents; negative: out of it. */
export function intoDrawer({ kind, amount }: TillStep): number {
  if (kind === "loan") return amount;
  return kind === "pickup" || kind === "paid-out" ? -amount : 0;
}

/** What the drawers gave to a store's safe less what it lent to them. */
function safeGain(steps: readonly TillStep[], store: string): number {
  const own = steps.filter((step) => step.store === store);
  return own.reduce((sum, { kind, amount }) => sum + (kind === "pickup" ? amount : kind === "loan" ? -amount : 0), 0);
}
