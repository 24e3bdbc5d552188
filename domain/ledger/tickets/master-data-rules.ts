import type { EventOf } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import { itemFor, type Policy, type TicketRuleOf, type TicketRuleSeverity, ticketRuleFor } from "#domain/policy";
import { sellsGoods } from "#domain/returns";

type Ticket = EventOf<"ticket.completed">;
type Rule = (ticket: Ticket, policy: Policy) => readonly Problem[];

/** What each rule of the ticket gate asks that needs master data, by its name in the policies. */
const masterDataRules: Readonly<Record<TicketRuleOf<"policy">, Rule>> = {
  "unit-known": unitKnown,
  "serial-number": serialNumber,
  "register-known": registerKnown,
};

/** Broken rules of this severity. They are asked at every look: a ticket that they held posts by itself once policy or ticket are right. */
export function masterDataProblems(
  ticket: Ticket,
  policy: Policy,
  severity: TicketRuleSeverity,
): readonly { readonly rule: TicketRuleOf<"policy">; readonly problem: Problem }[] {
  return (Object.keys(masterDataRules) as TicketRuleOf<"policy">[]).flatMap((rule) => {
    if (ticketRuleFor(policy, rule, ticket).severity !== severity) return [];
    return masterDataRules[rule](ticket, policy).map((problem) => ({ rule, problem }));
  });
}

/** Two kilograms are not two pieces. */
function unitKnown(ticket: Ticket, policy: Policy): readonly Problem[] {
  return ticket.lines.filter(sellsGoods).flatMap(({ id, item, unit }): Problem[] => {
    const known = itemFor(policy, item)?.unit;
    if (unit === undefined || known === undefined || unit.toLowerCase() === known.toLowerCase()) return [];
    return [
      {
        class: "data.unmapped",
        code: "unit-known",
        cause: `unit-known:${id}`,
        message: `line ${id} of ${ticket.key} counts ${item} in ${unit}, and the item policy in ${known}. Correct the one that is wrong; the ticket posts by itself.`,
      },
    ];
  });
}

function serialNumber(ticket: Ticket, policy: Policy): readonly Problem[] {
  return ticket.lines.filter(sellsGoods).flatMap((line): Problem[] => {
    if (itemFor(policy, line.item)?.serialNumbers !== true || line.serialNumber !== undefined) return [];
    return [
      {
        class: "data.missing",
        code: "serial-number",
        cause: `serial-number:${line.id}`,
        message: `line ${line.id} of ${ticket.key} has no serial number of ${line.item}, which is traded with one. Have the till send it; a corrected ticket replaces this one.`,
      },
    ];
  });
}

/** A store that lists its registers has no others: a ticket of one is perhaps another store's. */
function registerKnown({ key, store, register }: Ticket, policy: Policy): readonly Problem[] {
  const registers = Object.hasOwn(policy.stores, store) ? policy.stores[store]?.registers : undefined;
  if (registers === undefined || registers.includes(register)) return [];
  return [
    {
      class: "data.unmapped",
      code: "register-known",
      cause: `register-known:${register}`,
      message: `${key} is of register ${register}, which store ${store} does not list. Add the register to the store, or find out whose ticket this is.`,
    },
  ];
}
