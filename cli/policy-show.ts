import { businessDateIn } from "#domain/calendar";
import { type ExplainedStatement, explainPolicy, resolvePolicy } from "#domain/policy";
import type { HubPolicies } from "#hub";
import { type CommandInput, dayOption, textOption, UsageError } from "./command.ts";
import { draft, inForce, ofRelease, type PolicySource, sourceText } from "./policy-source.ts";
import { indentedProse, refuse, spanText, thingText, valueText } from "./policy-text.ts";

/** What counts on a day, with the file that says it, its owner, its dates and its reason. */
export function showPolicy(input: CommandInput, opened: HubPolicies, [key]: readonly string[]): number {
  const source = sourceOf(input, opened);
  const entity = textOption(input, "entity");
  const resolved = resolvePolicy(source.files);
  if ("errors" in resolved) return refuse(input, resolved.errors);
  const known = Object.keys(resolved.policy.entities);
  if (entity !== undefined && !known.includes(entity)) throw new UsageError(`no entity ${entity}: known are ${known.join(", ")}`);
  const day = dayOption(input, "date") ?? businessDateIn("UTC", opened.clock.now());
  const filter = { ...(key === undefined ? {} : { key }), ...(entity === undefined ? {} : { entity }) };
  const explained = explainPolicy(source.files, day, filter);
  if ("errors" in explained) return refuse(input, explained.errors);
  const statements = explained.statements.map(({ speaksFor: _, ...statement }) => statement);
  if (input.json) input.terminal.print(JSON.stringify({ release: source.release, version: resolved.version, date: day, statements }));
  else if (statements.length === 0) input.terminal.print(`Nothing is said of ${key ?? "anything"} on ${day} in ${sourceText(source)}.`);
  else {
    for (const statement of explained.statements) input.terminal.print(statementText(statement, known.length, input.terminal.columns));
    input.terminal.print(
      `${statements.length === 1 ? "1 statement holds" : `${statements.length} statements hold`} on ${day} in ${sourceText(source)}.`,
    );
  }
  return 0;
}

function sourceOf(input: CommandInput, opened: HubPolicies): PolicySource {
  const release = textOption(input, "release");
  if (release !== undefined && input.options.draft === true)
    throw new UsageError("--release is one content and --draft another: give one of them");
  if (input.options.draft === true) return draft(opened);
  return release === undefined ? inForce(opened) : ofRelease(opened, release);
}

function statementText(statement: ExplainedStatement, entityCount: number, columns: number): string {
  const { key, when, value, from, to, why, owner, file, path, entities, overrides } = statement;
  const where = [`${file} ${path}`, spanText(from, to), owner, entities.length === entityCount ? "" : `for ${entities.join(", ")}`];
  return [
    `${thingText(key, when)}: ${valueText(value)}`,
    `    ${where.filter((each) => each !== "").join("; ")}`,
    ...(overrides.length === 0 ? [] : [`    stands before ${overrides.join(", ")}`]),
    ...(why === null ? [] : indentedProse(why, columns)),
    "",
  ].join("\n");
}
