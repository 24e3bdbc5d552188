import type { FetchedAccount } from "#functions/fetch-settlements";
import { drain, openHub } from "#hub";
import { type Command, dayOption, textOption, UsageError } from "../command.ts";
import { table } from "../table.ts";

export const fetchCommand: Command = {
  name: "fetch",
  summary: "Reads payouts and their rows from the gateways' APIs, and works until all is posted.",
  usage: ["fetch settlements [--shop DOMAIN] [--since DAY]"],
  examples: ["fetch settlements", "fetch settlements --shop fernwick-vale.myshopify.com --since 2026-11-01 --json"],
  argumentsMax: 1,
  options: { shop: { type: "string" }, since: { type: "string" } },
  async run(input) {
    const [what] = input.arguments;
    if (what !== "settlements") throw new UsageError(`fetch takes settlements, not ${JSON.stringify(what ?? "")}`);
    const shop = textOption(input, "shop");
    const since = dayOption(input, "since");
    const hub = await openHub(input.hub);
    try {
      const read = Object.values(hub.policy.gatewayAccounts ?? {}).filter((account) => account.readBy === "api");
      if (read.length === 0 || (shop !== undefined && read.every((account) => account.shop !== shop)))
        throw new UsageError(
          `no gateway account${shop === undefined ? "" : ` of ${shop}`} is read by its API: say "readBy": "api" and its shop in gatewayAccounts of the policies`,
        );
      const fetchSettlements = hub.handlers.get("fetch-settlements") as (
        asked: unknown,
      ) => Promise<{ readonly accounts: readonly FetchedAccount[] }>;
      const { accounts } = await fetchSettlements({
        ...(shop === undefined ? {} : { shop }),
        ...(since === undefined ? {} : { since }),
      });
      await drain(hub);
      if (input.json) for (const account of accounts) input.terminal.print(JSON.stringify(account));
      else
        input.terminal.print(
          table(
            [
              { title: "account" },
              { title: "since" },
              { title: "pages", align: "right" },
              { title: "new", align: "right" },
              { title: "revised", align: "right" },
              { title: "outcome", wrap: true },
            ],
            accounts.map(({ account, since: from, pages, recorded, revised, outcome, reason }) => [
              account,
              from,
              String(pages),
              String(recorded),
              String(revised),
              reason === undefined ? outcome : `${outcome}: ${reason}`,
            ]),
            input.terminal.columns,
          ),
        );
      return accounts.some(({ outcome }) => outcome !== "read" && outcome !== "continues") ? 1 : 0;
    } finally {
      await hub.close();
    }
  },
};
