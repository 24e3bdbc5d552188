import { openHub } from "#hub";
import { type Command, UsageError } from "../command.ts";
import { restoreFolder } from "../restore-folder.ts";
import { tellChecks } from "../verify-checks.ts";
import { verifyHub } from "../verify-hub.ts";

export const restore: Command = {
  name: "restore",
  summary: "Puts a backup into a fresh data folder, and checks every invariant there.",
  usage: ["restore BACKUP"],
  examples: ["restore /backups/hub-2026-11-26 --data .hub", "restore /backups/hub-2026-11-26 --data .hub --json"],
  argumentsMax: 1,
  options: {},
  async run(input) {
    const [backup] = input.arguments;
    if (backup === undefined) throw new UsageError("restore takes the folder of a backup: a copy of a data folder whose hub was stopped");
    restoreFolder(backup, input.hub.dataFolder);
    input.terminal.note(`${backup} is in ${input.hub.dataFolder}: checking it`);
    const hub = await openHub(input.hub);
    try {
      const result = await verifyHub(hub, (line) => input.terminal.progress(line));
      tellChecks(input, result);
      if (!input.json)
        input.terminal.print(
          result.ok
            ? "Now bring back what came since the backup: privacy erase, then start, fetch orders, and the files of tills and gateways once more."
            : "What the ERP holds and the backup does not know was posted since: bring those facts back (fetch orders, the files of tills and gateways), then verify again.",
        );
      return result.ok ? 0 : 1;
    } finally {
      await hub.close();
    }
  },
};
