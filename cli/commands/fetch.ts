import { setTimeout as sleep } from "node:timers/promises";
import type { FetchedAccount } from "#functions/fetch-settlements";
import type { SweptShop } from "#functions/sweep-source";
import { drain, openHub } from "#hub";
import { type Command, type CommandInput, dayOption, textOption, UsageError } from "../command.ts";
import { readToItsEnd } from "../read-to-its-end.ts";
import { table } from "../table.ts";

export const fetchCommand: Command = {
  name: "fetch",
  summary: "Reads payouts and their rows from the gateways' APIs, and works until all is posted.",
  usage: ["fetch settlements [--shop DOMAIN] [--since DAY]", "fetch orders [--shop DOMAIN] [--from DAY] [--to DAY]"],
  examples: [
    "fetch orders   # what Shopify never delivered since the last sweep",
    "fetch orders --shop fernwick-vale.myshopify.com --from 2026-11-01 --to 2026-11-30   # a span by hand, as often as wanted",
    "fetch settlements",
    "fetch settlements --shop fernwick-vale.myshopify.com --since 2026-11-01 --json",
  ],
  argumentsMax: 1,
  options: { shop: { type: "string" }, since: { type: "string" }, from: { type: "string" }, to: { type: "string" } },
  async run(input) {
    const [what] = input.arguments;
    if (what === "orders") return fetchOrders(input);
    if (what !== "settlements") throw new UsageError(`fetch takes settlements or orders, not ${JSON.stringify(what ?? "")}`);
    const shop = textOption(input, "shop");
    const since = dayOption(input, "since");
    const hub = await openHub(input.hub);
    try {
      // Accounts whose files are dropped are read nowhere, but looked at for what is missing of them.
      const accountsOfShop = Object.values(hub.policy.gatewayAccounts ?? {}).filter(
        (account) => shop === undefined || account.shop === shop,
      );
      if (accountsOfShop.length === 0)
        throw new UsageError(
          `there is no gateway account${shop === undefined ? "" : ` of ${shop}`}: add it to gatewayAccounts of the policies`,
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
              { title: "missing", align: "right" },
              { title: "outcome", wrap: true },
            ],
            accounts.map(({ account, since: from, pages, recorded, revised, missing, outcome, reason }) => [
              account,
              from ?? "",
              String(pages),
              String(recorded),
              String(revised),
              missing === undefined ? "?" : String(missing),
              reason === undefined ? outcome : `${outcome}: ${reason}`,
            ]),
            input.terminal.columns,
          ),
        );
      return accounts.some(({ outcome }) => !["read", "continues", "by-files"].includes(outcome)) ? 1 : 0;
    } finally {
      await hub.close();
    }
  },
};

async function fetchOrders(input: CommandInput): Promise<number> {
  const [shop, from, to] = [textOption(input, "shop"), dayOption(input, "from"), dayOption(input, "to")];
  const hub = await openHub(input.hub);
  try {
    const sweep = hub.handlers.get("sweep-source") as (asked: unknown) => Promise<{ readonly shops: readonly SweptShop[] }>;
    const asked = Object.fromEntries(Object.entries({ shop, from, to }).filter(([, value]) => value !== undefined));
    const { shops: begun } = await sweep(asked);
    const shops: SweptShop[] = [];
    const around = { note: (line: string) => input.terminal.note(line), sleep };
    for (const each of begun) shops.push(await readToItsEnd(each, (next) => sweep({ ...asked, shop: each.shop, from: next }), around));
    if (shops.length === 0)
      throw new UsageError(`no shop${shop === undefined ? "" : ` ${shop}`} of the policies is of a channel whose orders can be listed`);
    await drain(hub);
    for (const each of shops) input.terminal.print(input.json ? JSON.stringify(each) : inWords(each));
    // A span by hand that was not read to its end is no success; a sweep that continues is gone on with by the next one.
    return shops.some(({ outcome, goesOnFrom }) => outcome === "refused" || outcome === "failed" || goesOnFrom !== undefined) ? 1 : 0;
  } finally {
    await hub.close();
  }
}

function inWords({ shop, outcome, from, to, listed, missing, reason, goesOnFrom }: SweptShop): string {
  const span = `${from.slice(0, 16)} to ${(goesOnFrom ?? to).slice(0, 16)} UTC`;
  return `${shop}  ${span}: ${listed} orders changed, ${missing} had not come and are read back. ${outcome}${reason === undefined ? "" : `: ${reason}`}`;
}
