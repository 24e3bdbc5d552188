import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JournalDocument, TargetDocument } from "#domain/ledger";
import type { LineageItem, PlanItem } from "#domain/lineage";
import type { ApprovalRule, EntityPolicy, Policy } from "#domain/policy";
import { declaredTaxes } from "#domain/posting";
import { opened, summary } from "../../fixtures/posting.ts";
import {
  at,
  closedBy,
  decide,
  fact,
  journal,
  keyOf,
  outcome,
  policy as plain,
  planned,
  released,
  rulesOf,
  stepTexts,
} from "../../fixtures/posting-case.ts";

const why = "test";
const withUs = (us: Partial<EntityPolicy>, more: Partial<Policy> = {}, release = 2): Policy =>
  released(release, `v${release}`, { entities: { ...plain.entities, us: { ...plain.entities.us!, ...us } }, ...more });

/** Each fact asks for one journal of its name over 100, on the last of October. */
const october = rulesOf((facts) => [...facts].sort().map((name) => journal(name, 100, { businessDate: "2026-10-31" })));
const closed = { periods: [{ period: "2026-10", state: "closed" as const, from: "2026-11-06", why }] };
const datesOf = (plan: PlanItem) =>
  plan.steps.map((step) =>
    step.kind === "reverse"
      ? step.postingDate
      : step.kind === "tell"
        ? "told"
        : `${step.document?.businessDate} on ${step.document?.postingDate}`,
  );

/** A first decision with every period open, posted; what is decided next is up to the test. */
function postedInOctober(names: readonly string[] = ["a"], by: Policy = plain): LineageItem[] {
  const facts = names.map((name) => fact(name));
  const plan = planned(decide(facts, { rules: october, policy: by }));
  return [...facts, plan, outcome(plan)];
}

describe("a business date in a closed period (c37)", () => {
  const policy = withUs(closed);

  test("posts on the first day of the next open one, with its own date kept, and is told once it stands", () => {
    const facts = [fact("a")];
    const decision = decide(facts, { rules: october, policy });
    const plan = planned(decision);
    expect(datesOf(plan)).toEqual(["2026-10-31 on 2026-11-01"]);
    expect(decision).toMatchObject({ afterwards: "again", exceptions: [] });
    const items = [...facts, plan, outcome(plan)];
    const told = decide(items, { rules: october, policy });
    expect(summary(told)).toEqual(["settled", "open period.late-event/post #1"]);
    expect(opened(told)[0]?.message).toBe(`${keyOf("a")} belongs to 2026-10-31 and was posted on 2026-11-01: its period was closed`);
    expect(summary(decide([...items, ...opened(told)], { rules: october, policy }))).toEqual(["settled"]);
    // Seen by a person, it is not told again.
    expect(summary(decide([...items, ...opened(told), closedBy(opened(told)[0]!, "Ann")], { rules: october, policy }))).toEqual([
      "settled",
    ]);
  });

  test("posts in its own period before the close takes effect", () => {
    expect(datesOf(planned(decide([fact("a")], { rules: october, policy, now: "2026-11-05T23:59:59.000Z" })))).toEqual([
      "2026-10-31 on 2026-10-31",
    ]);
  });

  test("closing and opening again moves nothing that is posted", () => {
    const items = postedInOctober();
    const reopened = withUs({ periods: [...closed.periods, { period: "2026-10", state: "open", from: "2026-11-20", why }] }, {}, 3);
    expect(summary(decide(items, { rules: october, policy }))).toEqual(["settled"]);
    expect(summary(decide(items, { rules: october, policy: reopened }))).toEqual(["settled"]);
  });

  test("a correction of what was posted there is taken back and posted anew in the next open period", () => {
    const changed = rulesOf((facts) => [journal("a", facts.has("b") ? 70 : 100, { businessDate: "2026-10-31" })]);
    const first = planned(decide([fact("a")], { rules: changed }));
    const items = [fact("a"), first, outcome(first), fact("b")];
    const decision = decide(items, { rules: changed, policy });
    const plan = planned(decision);
    expect(stepTexts(plan.steps)).toEqual(["reverse a@1", "post a@2"]);
    expect(datesOf(plan)).toEqual(["2026-11-01", "2026-10-31 on 2026-11-01"]);
    const told = decide([...items, plan, outcome(plan)], { rules: changed, policy });
    expect(summary(told)).toEqual(["settled", "open period.late-event/reverse #1", "open period.late-event/post #1"]);
  });

  test("nothing that the target asks for depends on which periods are open: any state gives the same keys and hashes", () => {
    const state = fc.constantFrom("open" as const, "closed" as const);
    fc.assert(
      fc.property(state, state, state, (...states) => {
        const months = ["2026-09", "2026-10", "2026-11"];
        const periods = states.map((each, index) => ({ period: months[index]!, state: each, from: "2026-11-01", why }));
        const plan = planned(decide([fact("a"), fact("b")], { rules: october, policy: withUs({ periods }) }));
        const open = planned(decide([fact("a"), fact("b")], { rules: october }));
        const contents = ({ steps }: PlanItem) => steps.map((step) => (step.kind === "post" ? [step.key, step.hash] : []));
        expect(contents(plan)).toEqual(contents(open));
        expect(summary(decide([fact("a"), fact("b"), open, outcome(open)], { rules: october, policy: withUs({ periods }) }))[0]).toBe(
          "settled",
        );
      }),
    );
  });
});

describe("a business date that no period takes", () => {
  test("in a period that is not open yet is held by name, and posts once it is opened", () => {
    const future = withUs({ periods: [{ period: "2026-10", state: "future", from: "2026-01-01", why }] });
    const decision = decide([fact("a")], { rules: october, policy: future });
    expect(summary(decision)).toEqual(["held", "open period.closed/future #1"]);
    expect(opened(decision)[0]).toMatchObject({
      document: keyOf("a"),
      amount: 100,
      currency: "USD",
      message: `${keyOf("a")} cannot be posted: period 2026-10 of us is not open yet. It posts by itself once the policies say otherwise.`,
    });
    const opening = decide([fact("a"), ...opened(decision)], { rules: october, policy: withUs({}, {}, 3) });
    expect(summary(opening)).toEqual(["plan", "close period.closed by hub"]);
  });

  test("in a closed period with nothing open after it is held, also to be taken back", () => {
    const all = withUs({
      periods: [
        { period: "2026-11", state: "closed", from: "2026-11-06", why },
        { period: "2026-12", state: "future", from: "2026-01-01", why },
      ],
    });
    expect(summary(decide([fact("a")], { rules: october, policy: all }))).toEqual(["held", "open period.closed/closed #1"]);
    const gone = rulesOf((facts) => (facts.has("b") ? [] : [journal("a", 100, { businessDate: "2026-10-31" })]));
    expect(summary(decide([...postedInOctober(), fact("b")], { rules: gone, policy: all }))).toEqual([
      "held",
      "open period.closed/closed #1",
    ]);
  });

  test("leaves the rest of the transaction alone", () => {
    const future = withUs({ periods: [{ period: "2026-12", state: "future", from: "2026-01-01", why }] });
    const mixed = rulesOf(() => [journal("a", 100), journal("b", 100, { businessDate: "2026-12-01" })]);
    const decision = decide([fact("a")], { rules: mixed, policy: future });
    expect(stepTexts(planned(decision).steps)).toEqual(["post a@1"]);
    expect(decision).toMatchObject({ afterwards: "held" });
  });
});

describe("what the controller decides", () => {
  const approvals = (kind: ApprovalRule["kind"], above?: number): Partial<Policy> => ({
    approvals: [
      {
        kind,
        role: "controller",
        expiresAfterHours: 24,
        from: "2026-01-01",
        why,
        layer: 0,
        ...(above === undefined ? {} : { aboveMinorUnits: { USD: above } }),
      },
    ],
  });

  test("a late posting above the threshold is held, one at it posts", () => {
    expect(summary(decide([fact("a")], { rules: october, policy: withUs(closed, approvals("late-posting", 99)) }))).toEqual([
      "held",
      "open policy.approval-needed/late-posting #1",
    ]);
    expect(datesOf(planned(decide([fact("a")], { rules: october, policy: withUs(closed, approvals("late-posting", 100)) })))).toEqual([
      "2026-10-31 on 2026-11-01",
    ]);
  });

  test("a posting into a period that was opened again is held, and posts late once the period is closed again", () => {
    const reopened = [...closed.periods, { period: "2026-10", state: "open" as const, from: "2026-11-20", why }];
    const decision = decide([fact("a")], { rules: october, policy: withUs({ periods: reopened }, approvals("reopened-period")) });
    expect(summary(decision)).toEqual(["held", "open policy.approval-needed/reopened-period #1"]);
    expect(opened(decision)[0]?.message).toBe(
      `${keyOf("a")} of 2026-10-31 would be posted into period 2026-10, which was opened again: that is for controller to decide.`,
    );
    const closedAgain = [...reopened, { period: "2026-10", state: "closed" as const, from: "2026-11-26", why }];
    const later = decide([fact("a"), ...opened(decision)], {
      rules: october,
      policy: withUs({ periods: closedAgain }, approvals("reopened-period"), 3),
    });
    expect(datesOf(planned(later))).toEqual(["2026-10-31 on 2026-11-01"]);
  });

  test("without a rule it simply posts there", () => {
    const reopened = [...closed.periods, { period: "2026-10", state: "open" as const, from: "2026-11-20", why }];
    expect(datesOf(planned(decide([fact("a")], { rules: october, policy: withUs({ periods: reopened }) })))).toEqual([
      "2026-10-31 on 2026-10-31",
    ]);
  });
});

describe("the style of a correction (c36)", () => {
  const gone = rulesOf((facts) => (facts.has("b") ? [] : [journal("a", 100)]));
  const first = planned(decide([fact("a")], { rules: gone }));
  const reversal = (style?: "negative" | "credit-note" | "reversal", from = "2026-01-01") => {
    const elections =
      style === undefined ? [] : [{ election: "correctionStyle" as const, value: style, when: {}, from, why, layer: 3, entity: "us" }];
    return planned(decide([fact("a"), first, outcome(first), fact("b")], { rules: gone, policy: withUs({}, { elections }) })).steps[0];
  };

  test("travels with the step to the ERP as the entity elects on the day of the correction", () => {
    expect(reversal("credit-note")).toEqual({
      kind: "reverse",
      key: keyOf("a"),
      erpKey: `${keyOf("a")}@1/reversal`,
      reverses: `${keyOf("a")}@1`,
      entity: "us",
      postingDate: "2026-11-27",
      correctionStyle: "credit-note",
    });
    expect(reversal("negative")).toMatchObject({ correctionStyle: "negative" });
    expect(reversal("negative", "2026-11-28")).not.toHaveProperty("correctionStyle");
  });

  test("is the mirror of the document where nothing else is elected", () => {
    expect(reversal()).not.toHaveProperty("correctionStyle");
    expect(reversal("reversal")).not.toHaveProperty("correctionStyle");
  });
});

describe("a tax that was filed", () => {
  const taxed = (name: string, tax: number, more: Partial<JournalDocument> = {}): TargetDocument =>
    journal(name, 100, {
      businessDate: "2026-10-31",
      lines: [
        { role: "payment-clearing", dimensions: {}, amount: 100 + tax },
        { role: "sales", dimensions: {}, amount: -100 },
        { role: "tax-payable", dimensions: { jurisdiction: "US-MA" }, amount: -tax },
      ],
      ...more,
    } as Partial<JournalDocument>);
  const accounts = [...plain.accounts, { ...plain.accounts[0]!, role: "tax-payable", account: "2200" }];
  const filed = withUs({ taxFilings: [{ jurisdiction: "US-MA", filedThrough: "2026-10-31", from: "2026-11-20", why }] }, { accounts });
  const rules = rulesOf((facts) => [taxed("a", facts.has("b") ? 4 : 6)]);
  const amendment = { taxDate: "2026-11-01", originalDate: "2026-10-31" };
  const amendments = (...given: Parameters<typeof declaredTaxes>) => declaredTaxes(...given).filter(({ amends }) => amends !== undefined);

  test("is declared for the first day that is not filed, and its line names the day of the return to amend", () => {
    const plan = planned(decide([fact("a")], { rules, policy: filed }));
    expect(plan.steps[0]).toMatchObject({
      document: {
        postingDate: "2026-10-31",
        lines: [{ amount: 106 }, { amount: -100 }, { role: "tax-payable", amount: -6, amends: amendment }],
      },
    });
    expect(amendments([plan], new Map([[1, outcome(plan)]]))).toEqual([
      {
        document: keyOf("a"),
        erpKey: `${keyOf("a")}@1`,
        entity: "us",
        jurisdiction: "US-MA",
        amount: -6,
        currency: "USD",
        postingDate: "2026-10-31",
        taxDate: "2026-11-01",
        amends: "2026-10-31",
      },
    ]);
  });

  test("has the same hash as before it was filed: filing re-posts nothing", () => {
    const open = planned(decide([fact("a")], { rules, policy: { ...filed, entities: plain.entities } }));
    expect(open.steps[0]).not.toMatchObject({ document: { lines: [{}, {}, { amends: amendment }] } });
    expect(summary(decide([fact("a"), open, outcome(open)], { rules, policy: filed }))).toEqual(["settled"]);
  });

  test("that changes later is listed with what is taken back and what is posted anew", () => {
    const first = planned(decide([fact("a")], { rules, policy: { ...filed, entities: plain.entities } }));
    const second = planned(decide([fact("a"), first, outcome(first), fact("b")], { rules, policy: filed }));
    const outcomes = new Map([
      [1, outcome(first)],
      [2, outcome(second)],
    ]);
    const listed = amendments([first, second], outcomes);
    expect(listed.map(({ erpKey, amount, taxDate, amends }) => [erpKey.replace(keyOf("a"), "a"), amount, taxDate, amends])).toEqual([
      ["a@1/reversal", 6, "2026-11-01", "2026-10-31"],
      ["a@2", -4, "2026-11-01", "2026-10-31"],
    ]);
    expect(listed.map(({ currency }) => currency)).toEqual(["USD", "USD"]);
    // Beside them, what was posted before the filing is in the return that was filed.
    expect(declaredTaxes([first, second], outcomes)[0]).toEqual({
      document: keyOf("a"),
      erpKey: `${keyOf("a")}@1`,
      entity: "us",
      jurisdiction: "US-MA",
      amount: -6,
      currency: "USD",
      postingDate: "2026-10-31",
      taxDate: "2026-10-31",
    });
    // What the ERP has not answered yet, or refused, amends nothing.
    expect(amendments([first, second], new Map([[1, outcome(first)]]))).toEqual([]);
    expect(
      amendments([first, second], outcomes.set(2, outcome(second, [{ kind: "refused", code: "c", message: "m" }, { kind: "skipped" }]))),
    ).toEqual([]);
  });

  test("what was declared for a later day is taken back from the return of that day", () => {
    const first = planned(decide([fact("a")], { rules, policy: filed }));
    const filedAgain = withUs(
      { taxFilings: [...filed.entities.us!.taxFilings!, { jurisdiction: "US-MA", filedThrough: "2026-11-30", from: "2026-12-20", why }] },
      { accounts },
      3,
    );
    const later = decide([fact("a"), first, outcome(first), fact("b")], { rules, policy: filedAgain, now: "2026-12-21T12:00:00.000Z" });
    expect(planned(later).steps[0]).toMatchObject({
      amends: [{ jurisdiction: "US-MA", amount: 6, taxDate: "2026-12-01", originalDate: "2026-11-01" }],
    });
  });

  test("is left alone where its own day is not filed", () => {
    const after = rulesOf(() => [taxed("a", 6, { businessDate: "2026-11-01" })]);
    expect(amendments([planned(decide([fact("a")], { rules: after, policy: filed }))], new Map())).toEqual([]);
    expect(planned(decide([fact("a")], { rules: after, policy: filed })).steps[0]).toMatchObject({
      document: { lines: [{}, {}, { role: "tax-payable", account: "2200" }] },
    });
  });
});

test("the day of a decision counts, and not that of the facts", () => {
  const lateFact = fact("a", { at: at(-86_400 * 30) });
  expect(datesOf(planned(decide([lateFact], { rules: october, policy: withUs(closed) })))).toEqual(["2026-10-31 on 2026-11-01"]);
});
