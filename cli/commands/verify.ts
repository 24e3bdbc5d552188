import { openHub } from "#hub";
import type { Command } from "../command.ts";
import { table } from "../table.ts";
import { verifyHub } from "../verify-hub.ts";

export const verify: Command = {
  name: "verify",
  summary: "Checks every invariant on the data folder: lineage, plans, ERP.",
  usage: ["verify"],
  examples: ["verify", "verify --json"],
  argumentsMax: 0,
  options: {},
  async run(input) {
    const hub = await openHub(input.hub);
    try {
      const result = await verifyHub(hub, (line) => input.terminal.progress(line));
      if (input.json) input.terminal.print(JSON.stringify(result));
      else {
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
      return result.ok ? 0 : 1;
    } finally {
      await hub.close();
    }
  },
};
