import type { EventOf } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import { sum } from "#domain/money";
import type { Policy } from "#domain/policy";
import { judgeBlindReturn, originalNames, sellsGoods } from "#domain/returns";
import { isCash } from "./return-terms.ts";
import { type LinkedReturns, linkedValue } from "./ticket-originals.ts";

type Ticket = EventOf<"ticket.completed">;

/** A return whose name several sales answer to is booked as a blind one until the till says which. */
export function ambiguousProblems(ticket: Ticket, { ambiguous }: LinkedReturns): Problem[] {
  return ambiguous.map(({ reference, sales }) => ({
    class: "policy.blind-return",
    code: "several-originals",
    cause: `${ticket.key} ${reference}`,
    event: ticket.key,
    message: `${ticket.key} takes goods of ${JSON.stringify(reference)} back, and ${sales.length} sales answer to that: ${sales.join(", ")}. Until a corrected ticket says which, the return is booked without its sale.`,
  }));
}

/**
 * Rule 7: what comes back without its sale stays within its own rule. The till has the goods and the money is out: that is booked, and what
 * is against the rule is told.
 */
export function blindProblems(ticket: Ticket, linked: LinkedReturns, policy: Policy): Problem[] {
  const blind = [...ticket.lines.entries()].filter(
    ([index, line]) => line.kind === "return" && sellsGoods(line) && !linked.lines.has(index),
  );
  if (blind.length === 0) return [];
  const lines = blind.map(([index, { item, quantityMillionths, condition = "as-new" }]) => ({
    item,
    quantityMillionths,
    condition,
    amount: linkedValue(ticket, index).given,
  }));
  const judged = judgeBlindReturn({ policy, channel: "pos", place: ticket.store, lines, at: ticket.occurredAt });
  const problem = (code: string, which: string, message: string): Problem => ({
    class: "policy.blind-return",
    code,
    cause: `${ticket.key} ${which}`,
    event: ticket.key,
    amount: sum(lines.map(({ amount }) => amount)),
    currency: ticket.currency,
    message: `${ticket.key} takes goods back without their sale, against the rules: ${message}.${searched(ticket, blind)}`,
  });
  const reasons = new Map(judged.refusals.map(({ reason, message }) => [reason, message]));
  const found = [...reasons].map(([reason, message]) => problem(reason, reason, message));
  const cashOut = sum(ticket.tenders.flatMap(({ type, cardBrand, amount }) => (isCash(policy, type, cardBrand) ? [amount] : []))) < 0;
  if (found.length === 0 && cashOut && judged.refund.to === "store-credit")
    found.push(problem("tender", "tender", "it gave cash, where the rule gives store credit"));
  return found;
}

function searched(ticket: Ticket, blind: readonly (readonly [number, Ticket["lines"][number]])[]): string {
  const names = [...new Set(blind.flatMap(([, line]) => originalNames(line, ticket)))].slice(0, 5);
  return names.length === 0
    ? ""
    : ` No sale is known under ${names.map((name) => JSON.stringify(name)).join(", ")}; when it is, it is told.`;
}
