import type { FiscalPeriod } from "#domain/calendar";
import { fiscalPeriodOf } from "#domain/policy";
import { drain, type Hub, openHub } from "#hub";
import { approvedByOf, approvedByOption, authorOf, authorOptions } from "../author.ts";
import { type Command, type CommandInput, textOption, UsageError } from "../command.ts";
import { closePeriods } from "../period-close.ts";
import { type AccrualRow, accrualJson, accrualRow, accrualText, refusalOf } from "../period-report.ts";

export const period: Command = {
  name: "period",
  summary: "The end of a fiscal period: what is accrued for the returns that are still expected of its last sales, and closing it.",
  usage: [
    "period accrue --period PERIOD [--entity ID] --actor NAME --reason TEXT",
    "period close --period PERIOD [--entity ID] [--with-open-items WHY] [--approved-by NAME] --actor NAME --reason TEXT",
  ],
  examples: [
    "period accrue --period 2026-11 --actor 'Dana Reyes' --reason 'close of November'",
    "period accrue --period 2026-11 --entity US1 --actor 'Dana Reyes' --reason 'close of November' --json",
    "exceptions approve ID --actor 'Ana Ruiz' --reason 'rate of the last two years'   # the accrual posts, and its release on the next day",
    "period close --period 2026-11 --entity US1 --actor 'Dana Reyes' --reason 'November is complete'   # refused with a list while something of it is open",
    "period close --period 2026-11 --actor 'Dana Reyes' --reason 'November' --with-open-items 'two late payouts, agreed with the auditor'",
    "report trial-balance --entity US1 --to 2026-11-30   # with the accrual",
  ],
  argumentsMax: 1,
  options: {
    ...authorOptions,
    ...approvedByOption,
    period: { type: "string" },
    entity: { type: "string" },
    "with-open-items": { type: "string" },
  },
  async run(input) {
    const [action] = input.arguments;
    if (action !== "accrue" && action !== "close") throw new UsageError(`period has accrue, close, not ${JSON.stringify(action ?? "")}`);
    const id = textOption(input, "period");
    if (id === undefined) throw new UsageError(`period ${action} needs --period PERIOD, such as 2026-11`);
    const withOpenItems = textOption(input, "with-open-items");
    if (withOpenItems !== undefined && action === "accrue") throw new UsageError("period accrue does not take --with-open-items");
    const approval = approvedByOf(input);
    if (approval.approvedBy !== undefined && action === "accrue") throw new UsageError("period accrue does not take --approved-by");
    const author = authorOf(input, `period ${action}`);
    const hub = await openHub(input.hub);
    try {
      if (action === "accrue") return await accrue(hub, input, id, author);
      const periods = periodsOf(hub, id, textOption(input, "entity"));
      return await closePeriods(hub, input, periods, { ...author, ...approval, ...(withOpenItems === undefined ? {} : { withOpenItems }) });
    } finally {
      await hub.close();
    }
  },
};

async function accrue(
  hub: Hub,
  input: CommandInput,
  id: string,
  { actor, reason }: { readonly actor: string; readonly reason: string },
): Promise<number> {
  const periods = periodsOf(hub, id, textOption(input, "entity"));
  // What is taken in and not posted yet was sold in time.
  await drain(hub);
  const rows: AccrualRow[] = [];
  let refused = 0;
  for (const [entity] of periods) {
    const answer = await hub.accruePeriod({ entity, period: id, by: actor, reason });
    if (answer.outcome === "not-estimated") continue;
    const channels = answer.outcome === "computed" ? answer.accruals : [{ channel: undefined, accrual: answer }];
    for (const { channel, accrual } of channels) {
      const refusal = refusalOf(accrual, { entity, channel, period: id });
      if (refusal === undefined)
        await drain(hub, { progress: ({ messages }) => input.terminal.progress(`posting: ${messages} messages left`) });
      else input.terminal.note(refusal);
      const row = "transaction" in accrual ? await accrualRow(hub, accrual.transaction, accrual.outcome) : undefined;
      if (row !== undefined) rows.push(row);
      if (refusal !== undefined && accrual.outcome !== "kept") refused += 1;
    }
  }
  if (input.json) input.terminal.print(JSON.stringify(rows.map(accrualJson)));
  else if (rows.length > 0) input.terminal.print(accrualText(rows, input.terminal.columns));
  else if (refused === 0)
    input.terminal.note(`nothing to accrue: no rule of estimates says which returns are expected of what was sold before the end of ${id}`);
  return refused === 0 ? 0 : 1;
}

/** The period of each entity that is meant. UsageError where there is none of that name. */
function periodsOf(hub: Hub, id: string, only: string | undefined): (readonly [string, FiscalPeriod])[] {
  const { entities } = hub.policy;
  if (only !== undefined && !Object.hasOwn(entities, only))
    throw new UsageError(`no entity ${only}: known are ${Object.keys(entities).join(", ")}`);
  const found = Object.entries(entities).flatMap(([entity, books]) => {
    const fiscal = only === undefined || only === entity ? fiscalPeriodOf(books, id) : undefined;
    return fiscal === undefined ? [] : [[entity, fiscal] as const];
  });
  if (found.length === 0)
    throw new UsageError(
      `${only ?? "no entity"} has ${only === undefined ? "a" : "no"} period ${id}: by months they are named like 2026-11, by weeks like FY2026-P10`,
    );
  return found;
}
