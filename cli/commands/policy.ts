import { type HubPolicies, openPolicies } from "#hub";
import { approvedByOption, authorOptions, seenOption } from "../author.ts";
import { type Command, type CommandInput, UsageError } from "../command.ts";
import { diffPolicies } from "../policy-diff.ts";
import { listReleases, releasePolicy, rollbackPolicy, withdrawPolicy } from "../policy-release.ts";
import { showPolicy } from "../policy-show.ts";
import { simulatePolicy } from "../policy-simulate.ts";
import { validatePolicy } from "../policy-validate.ts";

type Action = (input: CommandInput, opened: HubPolicies, words: readonly string[]) => Promise<number> | number;

/** The actions, each with how many words and which options mean something to it. */
const actions: Readonly<Record<string, { readonly run: Action; readonly wordsMax: number; readonly options: readonly string[] }>> = {
  validate: { run: validatePolicy, wordsMax: 0, options: [] },
  show: { run: showPolicy, wordsMax: 1, options: ["entity", "date", "release", "draft"] },
  diff: { run: diffPolicies, wordsMax: 2, options: ["against"] },
  simulate: { run: simulatePolicy, wordsMax: 1, options: [] },
  releases: { run: listReleases, wordsMax: 0, options: [] },
  release: { run: releasePolicy, wordsMax: 0, options: ["actor", "reason", "approved-by", "seen", "active-from"] },
  withdraw: { run: withdrawPolicy, wordsMax: 1, options: ["actor", "reason", "approved-by", "seen"] },
  rollback: { run: rollbackPolicy, wordsMax: 1, options: ["actor", "reason", "approved-by", "seen"] },
};

const options = {
  ...authorOptions,
  ...approvedByOption,
  ...seenOption,
  "active-from": { type: "string" },
  against: { type: "string" },
  entity: { type: "string" },
  date: { type: "string" },
  release: { type: "string" },
  draft: { type: "boolean" },
} as const;

export const policy: Command = {
  name: "policy",
  summary: "Which rules hold, who owns them, what would change, and who released what.",
  usage: [
    "policy validate",
    "policy show [KEY] [--entity ID] [--date DAY] [--release N | --draft]",
    "policy diff [RELEASE [RELEASE] | --against FILE]",
    "policy simulate [RELEASE]",
    "policy releases",
    "policy release [--active-from INSTANT] [--approved-by NAME --seen CHANGE] --actor NAME --reason TEXT",
    "policy withdraw RELEASE [--approved-by NAME --seen CHANGE] --actor NAME --reason TEXT",
    "policy rollback [RELEASE] [--approved-by NAME --seen CHANGE] --actor NAME --reason TEXT",
  ],
  examples: [
    "policy show accounts.sales --entity US1 --date 2026-11-27",
    "policy show elections --draft",
    "policy diff                # what the folder would change of what is in force",
    "policy diff 2 3 --json",
    "policy diff --against in-force.json   # with what a stage on AWS has in force, as its release-policy shows it",
    "policy simulate            # what the folder would make of the books, and what it would ask or restate; nothing is written",
    "policy simulate 3 --json   # the same for going back to release 3",
    'policy release --actor "A. Meyer" --reason "New account for web discounts from January"',
    'policy release --active-from 2027-01-01T05:00:00Z --actor "A. Meyer" --approved-by "B. Auditor" --seen 1f0c…..9ab3… --reason "Rates of 2027"',
    'policy withdraw 4 --actor "A. Meyer" --reason "The rates are not agreed yet"',
    'policy rollback --actor "A. Meyer" --reason "The account was not open yet"',
  ],
  argumentsMax: 3,
  options,
  async run(input) {
    const [name = "", ...words] = input.arguments;
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (action === undefined) throw new UsageError(`policy has ${Object.keys(actions).join(", ")}, not ${JSON.stringify(name)}`);
    const surplus = words[action.wordsMax];
    if (surplus !== undefined) throw new UsageError(`policy ${name} does not take ${JSON.stringify(surplus)}`);
    for (const option of Object.keys(options)) {
      if (input.options[option] !== undefined && !action.options.includes(option)) {
        const taken = action.options.map((each) => `--${each}`).join(", ") || "none";
        throw new UsageError(`policy ${name} does not take --${option}: it takes ${taken}`);
      }
    }
    const opened = openPolicies(input.hub);
    try {
      return await action.run(input, opened, words);
    } finally {
      opened.close();
    }
  },
};
