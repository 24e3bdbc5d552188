import type { FiscalPeriod } from "#domain/calendar";
import { expectedReturnsFor, fiscalPeriodOf } from "#domain/policy";
import { type PeriodSales, periodSales } from "#domain/reports";
import { returnsWindow } from "#functions/accrue-period";
import { drain, type Hub, openHub } from "#hub";
import { authorOf, authorOptions } from "../author.ts";
import { type Command, type CommandInput, textOption, UsageError } from "../command.ts";
import { ledgerLines } from "../ledger-reports.ts";
import { type AccrualRow, accrualJson, accrualRow, accrualText, refusalOf } from "../period-report.ts";

export const period: Command = {
  name: "period",
  summary: "What is accrued when a fiscal period ends: the returns that are still expected of its last sales.",
  usage: ["period accrue --period PERIOD [--entity ID] --actor NAME --reason TEXT"],
  examples: [
    "period accrue --period 2026-11 --actor 'Dana Reyes' --reason 'close of November'",
    "period accrue --period 2026-11 --entity US1 --actor 'Dana Reyes' --reason 'close of November' --json",
    "exceptions approve ID --actor 'Ana Ruiz' --reason 'rate of the last two years'   # the accrual posts, and its release on the next day",
    "report trial-balance --entity US1 --to 2026-11-30   # with the accrual",
  ],
  argumentsMax: 1,
  options: { ...authorOptions, period: { type: "string" }, entity: { type: "string" } },
  async run(input) {
    const [action] = input.arguments;
    if (action !== "accrue") throw new UsageError(`period has accrue, not ${JSON.stringify(action ?? "")}`);
    const id = textOption(input, "period");
    if (id === undefined) throw new UsageError("period accrue needs --period PERIOD, such as 2026-11");
    const author = authorOf(input, "period accrue");
    const hub = await openHub(input.hub);
    try {
      return await accrue(hub, input, id, author);
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
  for (const [entity, fiscal] of periods) {
    for (const { from, of } of await salesToEstimate(hub, entity, fiscal)) {
      const answer = await hub.accruePeriod({ ...of, period: id, from, by: actor, reason });
      const refusal = refusalOf(answer, { entity, channel: of.channel, period: id });
      if (refusal === undefined)
        await drain(hub, { progress: ({ messages }) => input.terminal.progress(`posting: ${messages} messages left`) });
      else input.terminal.note(refusal);
      const row = "transaction" in answer ? await accrualRow(hub, answer.transaction, answer.outcome) : undefined;
      if (row !== undefined) rows.push(row);
      if (refusal !== undefined && answer.outcome !== "kept") refused += 1;
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

/** What was sold in each channel whose returns are estimated, each over the days that its rule counts. */
async function salesToEstimate(
  hub: Hub,
  entity: string,
  fiscal: FiscalPeriod,
): Promise<{ readonly from: string; readonly of: Pick<PeriodSales, "entity" | "channel" | "sales" | "cost"> }[]> {
  const found: { from: string; of: Pick<PeriodSales, "entity" | "channel" | "sales" | "cost"> }[] = [];
  const spans = new Set((hub.policy.estimates ?? []).flatMap(({ windowDays }) => windowDays ?? []));
  for (const windowDays of [...spans].sort((a, b) => a - b)) {
    const { from, to } = returnsWindow(fiscal, windowDays);
    for (const { currency: _, ...of } of periodSales(await ledgerLines(hub, { entity, from, to }))) {
      const estimate = expectedReturnsFor(hub.policy, { entity, channel: of.channel, day: to });
      if (estimate?.windowDays === windowDays) found.push({ from, of });
    }
  }
  return found.sort((a, b) => (a.of.channel < b.of.channel ? -1 : 1));
}
