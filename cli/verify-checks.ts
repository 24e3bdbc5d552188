import type { CommandInput } from "./command.ts";
import { table } from "./table.ts";
import type { Check } from "./verify-hub.ts";

/** What verify found, a line for each invariant. */
export function tellChecks(input: CommandInput, result: { readonly ok: boolean; readonly checks: readonly Check[] }): void {
  if (input.json) {
    input.terminal.print(JSON.stringify(result));
    return;
  }
  const rows = result.checks.map(({ name, ok, checked, failures }) => [
    ok ? "ok" : "FAILED",
    name,
    String(checked),
    failures.length === 0 ? "" : (failures[0] ?? ""),
  ]);
  input.terminal.print(
    table(
      [{ title: "" }, { title: "check" }, { title: "checked", align: "right" }, { title: "first failure", wrap: true }],
      rows,
      input.terminal.columns,
    ),
  );
  input.terminal.print(result.ok ? "\nEverything holds." : `\n${result.checks.filter((check) => !check.ok).length} checks failed.`);
}
