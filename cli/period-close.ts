import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readPolicyFiles } from "#adapters/policy-files";
import type { FiscalPeriod } from "#domain/calendar";
import { Invalid } from "#domain/failures";
import { closedInFiles } from "#domain/policy";
import type { PeriodOpenItem } from "#domain/posting";
import type { PeriodClosed } from "#functions/close-period";
import { drain, type Hub } from "#hub";
import type { CommandInput } from "./command.ts";
import { heading, table } from "./table.ts";

type Closing = { readonly actor: string; readonly reason: string; readonly withOpenItems?: string; readonly approvedBy?: string };
type Answer = PeriodClosed & { readonly entity: string; readonly period: string };

/** Closes the period of each of these entities, or says what of it is open. 1 unless all of them are closed. */
export async function closePeriods(
  hub: Hub,
  input: CommandInput,
  periods: readonly (readonly [entity: string, period: FiscalPeriod])[],
  { actor: by, ...why }: Closing,
): Promise<number> {
  // What is taken in and not posted yet is no open item, only work that nobody has done.
  await drain(hub, { progress: ({ messages }) => input.terminal.progress(`posting: ${messages} messages left`) });
  const answers: Answer[] = [];
  for (const [entity, { id: period }] of periods) {
    try {
      answers.push({ entity, period, ...(await hub.closePeriod({ entity, period, by, ...why })) });
    } catch (error) {
      // Such as rules of the policies that would contradict each other.
      if (!(error instanceof Invalid)) throw error;
      input.terminal.note(`${period} of ${entity}: ${error.message}`);
      return 1;
    }
    await keepInFolder(hub, input, entity, period);
  }
  // Embedded ERPs follow what the policies say of their periods.
  await drain(hub);
  if (input.json) input.terminal.print(JSON.stringify(answers));
  else for (const answer of answers) tell(input, answer);
  return answers.every(({ outcome }) => outcome === "closed" || outcome === "already-closed") ? 0 : 1;
}

/** The folder is the draft of the next release: it says what was closed by hand too, so that releasing it opens nothing. */
async function keepInFolder(hub: Hub, input: CommandInput, entity: string, period: string): Promise<void> {
  const { entities } = await hub.policies.current();
  const rule = entities[entity]?.periods?.findLast((each) => each.period === period && each.by !== undefined);
  if (rule === undefined) return;
  const { policiesFolder } = input.hub;
  const files = readPolicyFiles(policiesFolder);
  const path = `entities/${entity}.json`;
  const closed = closedInFiles(files, entity, rule);
  const content = closed?.find((file) => file.path === path)?.content;
  if (content === undefined || content === files.find((file) => file.path === path)?.content) return;
  writeFileSync(join(policiesFolder, path), content);
}

function tell({ terminal }: CommandInput, answer: Answer): void {
  const name = `${answer.period} of ${answer.entity}`;
  switch (answer.outcome) {
    case "closed":
      terminal.print(`${name} is closed, as release ${answer.release} of the policies. What comes late posts in the next open period.`);
      if (answer.openItemCount > 0)
        terminal.print(itemsText(`With ${answer.openItemCount} open items`, answer.openItems, terminal.columns));
      terminal.print("From now on the policies folder is a draft: policy release puts it in force.");
      return;
    case "open-items":
      terminal.print(itemsText(`${name} is not closed: ${answer.openItemCount} open items`, answer.openItems, terminal.columns));
      terminal.note("End them, or say why it is closed all the same: --with-open-items WHY");
      return;
    case "already-closed":
      terminal.print(`${name} is closed already.`);
      return;
    case "not-over":
      terminal.note(`${name}: the period ends on ${answer.endsOn}; close it from the next day on`);
      return;
    case "unknown-entity":
    case "unknown-period":
      terminal.note(`${name}: the policies have none of that name`);
  }
}

function itemsText(title: string, items: readonly PeriodOpenItem[], columns: number): string {
  return [
    heading(title),
    table(
      [{ title: "what" }, { title: "day" }, { title: "transaction", wrap: true }, { title: "why", wrap: true }],
      items.map(({ kind, day, transaction, text }) => [kind, day, transaction, text]),
      columns,
    ),
  ].join("\n");
}
