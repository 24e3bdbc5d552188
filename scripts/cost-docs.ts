import type { CostReport } from "#domain/cost";
import { perOrderText, recordedCost } from "../cli/cost-report.ts";

const shownLines = 12;

/** docs/cost.md. Every figure in it is reckoned from the recorded operations and the price table. */
export function costDocs(): string {
  const { report, trace, table } = recordedCost();
  const { milliseconds, megabytesPerProcessor, machineCallMilliseconds, logEventBytes } = table.assumptions;
  return `<!-- Written by npm run docs from cost/operation-trace.json and cost/prices.json. -->

# What an order costs on AWS

| traffic | dollars per million orders |
|---|---:|
| steady | ${usd(report.steady.usdPerMillionOrders)} |
| backlog | ${usd(report.backlog.usdPerMillionOrders)} |
| floor | ${usd(report.floor.usdPerMillionOrders)} |

An order is three webhooks (placed, paid, shipped) and one ERP. **Steady**: ${trace.steady.conditions}; the announcer gathers for 5 seconds, the dispatcher
for 10, the measurer of the KPIs for 60. **Backlog**: ${trace.backlog.conditions}; one run posts fifty orders. **Floor**: a request of the HTTP API, a function that takes no time and one write unit per
webhook, which nothing that records before it answers can undercut.

\`\`\`sh
npm run -s hub -- report cost          # every line, and --json for machines
npm run cost                           # records the operations anew; needs Java 17
\`\`\`

## By service

${servicesTable(report)}

## The dearest lines

${linesTable(report, "steady")}

${linesTable(report, "backlog")}

## How it is counted

- \`npm run cost\` (\`scripts/record-cost.ts\`) builds the bundles that Lambda would run, starts each in a process of its own, and plays orders of the sample through them. The
  table is AWS's own DynamoDB Local; bus, queues, Step Functions, object store and parameters are doubles on loopback; the ERP is the sandbox ERP; the state machine is the deployed file.
- Batch sizes and windows are those of \`wiring/flows.ts\`, on virtual time. The stream has four shards, as the table of a new stage has: each gathers for itself.
- What is billed is read off the wire by \`adapters/aws/billed-requests.ts\`: write and read units as DynamoDB reports them through \`ReturnConsumedCapacity\` (a strongly consistent
  read that finds nothing counts as one), events and messages by 64 KB begun, runs, and the bytes that functions log. Counting is no part of what is deployed.
- Processor time was measured (${trace.recordedBy}), the middle of three recordings: what a process itself used, not the time by the clock, which on a busy machine tells of others.
  Lambda bills time by the clock, so what was used is brought to the share of a processor that a function's memory is of ${megabytesPerProcessor} MB, and what it waits for is added.
- **Assumed, not measured**, because a double on loopback answers at once: the time a function waits for
  ${Object.entries(milliseconds)
    .map(([service, time]) => `${service} (${time} ms)`)
    .join(", ")}, ${machineCallMilliseconds} ms between the machine and a function, and ${logEventBytes} bytes that CloudWatch adds to each
  event of a log. They stand in \`cost/prices.json\` beside the prices of ${table.region}, checked ${table.checked}. Time is ${share(report)} of the steady figure.

\`test/lambda/recorded-cost.test.ts\` holds both figures to their targets (20 and 12 dollars) and the record to what the functions do today.

## What is not in it

What does not grow with orders: alarms, dashboards, custom metrics, secrets, keys, the polling of idle queues, and the daily look at all books (\`measure-books\`). What is kept: storage and
backups of the table, the archive of the bus, log storage. X-Ray, which samples. Cold starts, which are rare at this pace. Retries, exceptions and approvals: these orders go well. What the ERP costs.

## What brought it down

Counted on the same orders, before and after: [decision 0060](decisions/0060-what-an-order-asks-of-aws.md), and [0071](decisions/0071-what-is-said-once-is-paid-once.md).
`;
}

function servicesTable({ steady, backlog, floor }: CostReport): string {
  const services = [...new Set([...steady.lines, ...backlog.lines].map(({ service }) => service))];
  const of = (cost: CostReport["steady"], service: string) =>
    cost.lines.filter((line) => line.service === service).reduce((sum, line) => sum + line.usdPerMillionOrders, 0);
  const rows = services
    .sort((one, other) => of(steady, other) - of(steady, one))
    .map((service) => `| ${service} | ${usd(of(steady, service))} | ${usd(of(backlog, service))} | ${usd(of(floor, service))} |`);
  return ["| service | steady | backlog | floor |", "|---|---:|---:|---:|", ...rows].join("\n");
}

function linesTable(report: CostReport, kind: "steady" | "backlog"): string {
  const rows = report[kind].lines
    .slice(0, shownLines)
    .map(
      ({ service, operation, perOrder, usdPerMillionOrders }) =>
        `| ${service}: ${operation} | ${perOrderText(perOrder)} | ${usd(usdPerMillionOrders)} |`,
    );
  return [`| ${kind} | per order | $ per million |`, "|---|---:|---:|", ...rows].join("\n");
}

/** Of what rests on assumed times. */
function share({ steady }: CostReport): string {
  const timed = steady.lines.filter(({ operation }) => operation.includes("GB-seconds"));
  const sum = timed.reduce((total, { usdPerMillionOrders }) => total + usdPerMillionOrders, 0);
  return `${Math.round((100 * sum) / steady.usdPerMillionOrders)} %`;
}

function usd(amount: number): string {
  return amount.toFixed(2);
}
