import { comparePolicies, type PolicyChange, seenChange } from "#domain/policy";
import type { HubPolicies } from "#hub";
import { type CommandInput, textOption, UsageError } from "./command.ts";
import { draft, inForce, ofRelease, type PolicySource, shownBy, sourceText, versionOf } from "./policy-source.ts";
import { indentedProse, refuse, spanText, thingText, valueText } from "./policy-text.ts";

/** What the folder would change of what its release would follow, the last one that is pending or in force; with numbers, from one release to another, or to what is in force. */
export function diffPolicies(input: CommandInput, opened: HubPolicies, [first, second]: readonly string[]): number {
  const against = textOption(input, "against");
  if (against !== undefined && first !== undefined)
    throw new UsageError("policy diff compares with --against FILE or with a release: give one of them");
  const [before, after] = against === undefined ? sourcesOf(opened, first, second) : [shownBy(against), draft(opened)];
  const compared = comparePolicies(before.files, after.files);
  if ("errors" in compared) return refuse(input, compared.errors);
  const { changes } = compared;
  const seen = seenChange({ before: versionOf(before), after: versionOf(after) });
  if (input.json) input.terminal.print(JSON.stringify({ before: before.release, after: after.release, seen, changes }));
  else {
    if (changes.length === 0) input.terminal.print(`Nothing differs between ${sourceText(before)} and ${sourceText(after)}.`);
    for (const change of changes) input.terminal.print(changeText(change, input.terminal.columns));
    if (changes.length > 0)
      input.terminal.print(
        `${changes.length} change${changes.length === 1 ? "" : "s"} from ${sourceText(before)} to ${sourceText(after)}.`,
      );
    // Also where the files say the same: other code, or a first release by name, is approved as well.
    input.terminal.print(`Whoever approves this change, and no other, says so with: seen ${seen}`);
  }
  return 0;
}

function sourcesOf(opened: HubPolicies, first: string | undefined, second: string | undefined): [PolicySource, PolicySource] {
  const { inForce: last, pending } = opened.policies.standing();
  const released = last === undefined ? inForce(opened) : ofRelease(opened, String(last.release));
  const followed = pending.at(-1);
  if (first === undefined) return [followed === undefined ? released : ofRelease(opened, String(followed.release)), draft(opened)];
  return [ofRelease(opened, first), second === undefined ? released : ofRelease(opened, second)];
}

function changeText({ change, key, when, before, after, from, to, why, owner, layer, file }: PolicyChange, columns: number): string {
  const span = spanText(from, to);
  return [
    `${change.padEnd(7)}  ${thingText(key, when)}: ${valueText(before)} → ${valueText(after)}`,
    `    ${[span === "" ? "at once" : span, owner, `${layer} layer, ${file}`].join("; ")}`,
    ...(why === null ? [] : indentedProse(why, columns)),
    "",
  ].join("\n");
}
