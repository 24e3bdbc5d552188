import { endOfWindow, windowFacts } from "#domain/posting";
import { drain, type Hub, openHub } from "#hub";
import { type Command, type CommandInput, UsageError } from "../command.ts";
import { allTransactions } from "../read-lineage.ts";
import { table } from "../table.ts";

export const window: Command = {
  name: "window",
  summary: "The hours and minutes whose journals are posted as summaries: those that have not ended, and ending one by hand.",
  usage: ["window list", "window end WINDOW"],
  examples: [
    "window list   # what is told to an hour that has not ended",
    "window end window:shopify:fernwick-vale.myshopify.com:2026-11-27T14   # when its workflow could not, and the cause is mended",
  ],
  argumentsMax: 2,
  options: {},
  async run(input) {
    const [action, transaction] = input.arguments;
    if (action !== "list" && action !== "end") throw new UsageError(`window has list, end, not ${JSON.stringify(action ?? "")}`);
    if (action === "list" && transaction !== undefined) throw new UsageError("window list takes no window");
    if (action === "end" && (transaction === undefined || endOfWindow(transaction) === undefined))
      throw new UsageError("window end takes the name of an hour or minute, such as window:<channel>:<shop>:2026-11-27T14");
    const hub = await openHub(input.hub);
    try {
      return action === "end" && transaction !== undefined ? await end(hub, input, transaction) : await list(hub, input);
    } finally {
      await hub.close();
    }
  },
};

async function list(hub: Hub, input: CommandInput): Promise<number> {
  const rows: { readonly window: string; readonly contributions: number; readonly endsAt: string }[] = [];
  for await (const view of allTransactions(hub, (transaction) => endOfWindow(transaction) !== undefined)) {
    const { current, closing } = windowFacts(view.documents);
    const endsAt = endOfWindow(view.transaction);
    if (closing === undefined && endsAt !== undefined) rows.push({ window: view.transaction, contributions: current.size, endsAt });
  }
  if (input.json) input.terminal.print(JSON.stringify(rows));
  else if (rows.length === 0) input.terminal.print("Every hour and minute that something was told to has ended.");
  else
    input.terminal.print(
      table(
        [{ title: "window" }, { title: "contributions", align: "right" }, { title: "closes (UTC)" }],
        rows.map((row) => [row.window, String(row.contributions), row.endsAt.slice(0, 19).replace("T", " ")]),
      ),
    );
  return 0;
}

async function end(hub: Hub, input: CommandInput, transaction: string): Promise<number> {
  const answer = await hub.endWindow({ transaction });
  if (answer.outcome === "ended") await drain(hub);
  if (input.json) input.terminal.print(JSON.stringify({ window: transaction, ...answer }));
  else if (answer.outcome === "ended") input.terminal.print(`${transaction} has ended; its summaries are posted.`);
  else input.terminal.note(`${transaction} is open until ${answer.endsAt}: end it then`);
  return answer.outcome === "ended" ? 0 : 1;
}
