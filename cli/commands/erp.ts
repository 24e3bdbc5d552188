import { businessDateIn } from "#domain/calendar";
import { formatMinorUnits } from "#domain/money";
import { type ErpFinding, erpAgreement } from "#domain/policy";
import { OpeningBalances } from "#domain/posting";
import { type Hub, openHub } from "#hub";
import { type Command, UsageError } from "../command.ts";
import { allTransactions } from "../read-lineage.ts";
import { wrap } from "../table.ts";

export const erp: Command = {
  name: "erp",
  summary: "Whether the ERP's accounts, periods and opening balances agree with the policies.",
  usage: ["erp check"],
  examples: ["erp check", "erp check --json"],
  argumentsMax: 1,
  options: {},
  async run(input) {
    const [action] = input.arguments;
    if (action !== "check") throw new UsageError(`erp has check, not ${JSON.stringify(action ?? "")}`);
    const hub = await openHub(input.hub);
    try {
      const findings = [...(await masterDataFindings(hub)), ...(await openingFindings(hub, (line) => input.terminal.progress(line)))];
      const ok = findings.length === 0;
      if (input.json) input.terminal.print(JSON.stringify({ ok, findings }));
      else if (ok) input.terminal.print("The ERP agrees with the policies: accounts, currencies, periods and opening balances.");
      else for (const finding of findings) input.terminal.print(findingText(finding, input.terminal.columns));
      return ok ? 0 : 1;
    } finally {
      await hub.close();
    }
  },
};

function findingText({ kind, value, advice }: ErpFinding, columns: number): string {
  return [`${kind}  ${value}`, ...wrap(advice, columns - 4).map((line) => `    ${line}`), ""].join("\n");
}

async function masterDataFindings(hub: Hub): Promise<ErpFinding[]> {
  const findings: ErpFinding[] = [];
  for (const [entity, { connection }] of Object.entries(hub.policy.entities)) {
    findings.push(...erpAgreement(hub.policy, entity, await hub.erps.erp(connection).masterData(entity), hub.clock.now()));
  }
  return findings;
}

/** Compares what is recorded as an opening with the ERP's accounts as they stood when the entity was cut over last. */
async function openingFindings(hub: Hub, progress: (line: string) => void): Promise<ErpFinding[]> {
  const days = cutOverDays(hub);
  if (days.size === 0) return [];
  const balances = await recordedBalances(hub, progress);
  const findings: ErpFinding[] = [];
  for (const [entity, day] of days) {
    const { accounts, currency } = await hub.erps.erp(hub.policy.entities[entity]?.connection ?? "").trialBalance(entity, { to: day });
    const money = (minorUnits: number) => `${formatMinorUnits(minorUnits, currency)} ${currency}`;
    for (const { account, roles, amount } of balances.of(entity, hub.policy)) {
      const held = accounts.find((each) => each.account === account);
      const opened = (held?.debit ?? 0) - (held?.credit ?? 0) - balances.postedUpTo(entity, account, day);
      if (opened === amount) continue;
      findings.push({
        kind: "opening-balance",
        value: `${entity}: account ${account} (${roles.join(", ")}) on ${day}: ${money(amount)} by the documents before the cut-over, ${money(opened)} in the ERP`,
        advice:
          "Find the orders that one of the two lacks; correct the opening balance in the ERP, or ingest what is missing. A credit is negative.",
      });
    }
  }
  return findings;
}

async function recordedBalances(hub: Hub, progress: (line: string) => void): Promise<OpeningBalances> {
  const balances = new OpeningBalances();
  let count = 0;
  for await (const view of allTransactions(hub)) {
    count += 1;
    if (count % 100 === 0) progress(`read ${count} transactions`);
    for (const { plans, outcomes } of view.chains.values()) balances.add(plans, outcomes);
  }
  return balances;
}

/** The last day, in the entity's calendar, on which something of its opening may have been booked. */
function cutOverDays(hub: Hub): Map<string, string> {
  const days = new Map<string, string>();
  for (const [entity, { cutOver = {}, timeZone }] of Object.entries(hub.policy.entities)) {
    const last = Object.values(cutOver)
      .map(({ at }) => at)
      .sort()
      .at(-1);
    if (last !== undefined) days.set(entity, businessDateIn(timeZone, new Date(Date.parse(last) - 1).toISOString()));
  }
  return days;
}
