import { openHub } from "#hub";
import type { Command } from "../command.ts";
import { tellChecks } from "../verify-checks.ts";
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
      tellChecks(input, result);
      return result.ok ? 0 : 1;
    } finally {
      await hub.close();
    }
  },
};
