import { describe, expect, test } from "vitest";
import { Unavailable, UnknownOutcome } from "#domain/failures";
import { type DraftedErp, type DraftedWork, type SentStep, sendDrafted } from "#domain/posting";
import { stockStep } from "../../contracts/erp-steps.ts";

interface Work extends DraftedWork<string> {
  /** As it was planned: what was there, and what is there after it. */
  readonly plan: string;
}

/** Hats at one place. `refuses`: keys whose goods the ERP does not move. */
function hatErp({ refuses = [], keeps = [], loses = [] }: Partial<Record<"refuses" | "keeps" | "loses", readonly string[]>>) {
  const held = new Map<string, number>([["there", 10]]);
  const calls: string[] = [];
  const pieces = (step: SentStep) =>
    step.kind === "post" && step.document.type === "stock" ? (step.document.movements[0]?.quantityMillionths ?? 0) / 1_000_000 : 0;
  const erp: DraftedErp<Work> = {
    goodsOf: ({ step }) => (step.kind === "post" && step.document.type === "stock" ? step.document.movements : []),
    movesAlone: () => false,
    async draft(some) {
      for (const each of some) each.draft = each.step.erpKey;
      calls.push(`draft ${some.map(({ plan }) => plan).join(", ")}`);
    },
    async move(some) {
      if (some.some(({ step }) => refuses.includes(step.erpKey))) throw new RangeError("the ERP says no");
      if (some.some(({ step }) => loses.includes(step.erpKey))) throw new UnknownOutcome("no answer");
      for (const { step } of some) held.set(step.erpKey, pieces(step));
    },
    async post(some) {
      calls.push(`post ${some.map(({ step }) => step.erpKey).join(", ")}`);
    },
    async confirm(some) {
      for (const each of some) each.answer = { kind: "done", number: each.plan };
    },
    async withdraw({ step }) {
      calls.push(`withdraw ${step.erpKey}`);
      return !keeps.includes(step.erpKey);
    },
    refusal: (error) => (error instanceof RangeError ? { kind: "refused", code: "rejected", message: error.message } : undefined),
  };
  async function send(...steps: SentStep[]) {
    return await sendDrafted<string, Work>(
      steps,
      async (some) => {
        let level = [...held.values()].reduce((sum, each) => sum + each, 0);
        return some.map((step) => {
          const before = level;
          if (before + pieces(step) > 20) return { kind: "refused", code: "no-room", message: `${before} are there` };
          level += pieces(step);
          return { step, draft: undefined, resumed: false, plan: `${step.erpKey}: ${before} to ${level}` };
        });
      },
      () => "north",
      async () => erp,
    );
  }
  return { send, calls };
}

test("plans what follows a refused document again from what is there, and what went before it not", async () => {
  const { send, calls } = hatErp({ refuses: ["b"] });
  expect(await send(stockStep("a", [[1]]), stockStep("b", [[5]]), stockStep("c", [[2]]))).toEqual([
    { kind: "done", number: "a: 10 to 11" },
    { kind: "refused", code: "rejected", message: "the ERP says no" },
    { kind: "done", number: "c: 11 to 13" },
  ]);
  expect(calls).toEqual([
    "draft a: 10 to 11, b: 11 to 16, c: 16 to 18",
    "withdraw b",
    "withdraw c",
    "post a",
    "draft c: 11 to 13",
    "post c",
  ]);
});

test("looks again at what was refused because of a document that was refused after it", async () => {
  const { send } = hatErp({ refuses: ["a"] });
  expect(await send(stockStep("a", [[8]]), stockStep("b", [[6]]), stockStep("c", [[9]]))).toMatchObject([
    { kind: "refused", code: "rejected" },
    { kind: "done", number: "b: 10 to 16" },
    { kind: "refused", code: "no-room", message: "16 are there" },
  ]);
});

test("leaves another shelf alone", async () => {
  const { send, calls } = hatErp({ refuses: ["a"] });
  await send(stockStep("a", [[1]]), stockStep("b", [[1, undefined, "SHOP"]]));
  expect(calls).toEqual(["draft a: 10 to 11, b: 11 to 12", "withdraw a", "post b"]);
});

test("sends nothing again once it is open what became of a document", async () => {
  const { send } = hatErp({ refuses: ["a"], loses: ["c"] });
  expect(await send(stockStep("a", [[1]]), stockStep("b", [[1]]), stockStep("c", [[1, undefined, "SHOP"]]))).toMatchObject([
    { kind: "refused" },
    { kind: "unavailable", message: expect.stringContaining("not sent") },
    { kind: "unknown" },
  ]);
});

test("takes no refusal for final that was made in view of a refused document, once it is open what became of another one", async () => {
  const { send } = hatErp({ refuses: ["a"], loses: ["c"] });
  expect(await send(stockStep("a", [[8]]), stockStep("b", [[6]]), stockStep("c", [[1, undefined, "SHOP"]]))).toMatchObject([
    { kind: "refused", code: "rejected" },
    { kind: "unavailable", message: expect.stringContaining("not sent") },
    { kind: "unknown" },
  ]);
});

test("leaves a document open whose draft could not be withdrawn because a part of its goods moved", async () => {
  const { send } = hatErp({ refuses: ["a"], keeps: ["a"] });
  expect(await send(stockStep("a", [[1]]))).toEqual([
    { kind: "unknown", message: "a part of the goods moved and the journal is still a draft: the ERP says no" },
  ]);
});

/** Documents of one company, told by their calls. `goods`: by key, the shelf of each; `fails`: what a call throws, by the call and the key. */
function shelfErp(
  plans: readonly { readonly key: string; readonly goods?: string; readonly resumed?: boolean; readonly draft?: string }[],
  {
    fails = {},
    alone = [],
    singly,
    unconfirmed = [],
    changed = [],
  }: {
    readonly fails?: Readonly<Record<string, Error>>;
    readonly alone?: readonly string[];
    readonly singly?: true;
    readonly unconfirmed?: readonly string[];
    readonly changed?: readonly string[];
  } = {},
) {
  const calls: string[] = [];
  const call = (name: string, some: readonly Work[], more = "") => {
    calls.push(`${name} ${some.map(({ plan }) => plan).join(" ")}${more}`);
    for (const { plan } of some) {
      const failure = fails[`${name} ${plan}`];
      if (failure !== undefined) throw failure;
    }
  };
  const goodsOf = new Map(plans.map(({ key, goods }) => [key, goods]));
  const erp: DraftedErp<Work> = {
    goodsOf: ({ plan }) => (goodsOf.get(plan) === undefined ? [] : [{ item: "HAT", location: goodsOf.get(plan)! }]),
    movesAlone: ({ plan }) => alone.includes(plan),
    ...(singly === undefined ? {} : { singly }),
    async draft(some) {
      call("draft", some);
      for (const each of some) each.draft = each.plan;
    },
    async check(some) {
      for (const each of some) if (changed.includes(each.plan)) each.answer = { kind: "unknown", message: "somebody changed the draft" };
    },
    async move(some, perhapsThere) {
      call("move", some, perhapsThere ? " perhaps" : "");
    },
    async post(some) {
      call("post", some);
    },
    async confirm(some) {
      call("confirm", some);
      for (const each of some) if (!unconfirmed.includes(each.plan)) each.answer = { kind: "done", number: each.plan };
    },
    async withdraw(work) {
      call("withdraw", [work]);
      return true;
    },
    refusal: (error) => (error instanceof RangeError ? { kind: "refused", code: "rejected", message: error.message } : undefined),
  };
  const steps = new Map(plans.map(({ key }) => [key, stockStep(key, [[1]])]));
  const send = async () => {
    const answers = await sendDrafted<string, Work>(
      [...steps.values()],
      async (some) =>
        some.map((step) => {
          const { key, resumed = false, draft } = plans.find((each) => steps.get(each.key) === step)!;
          return { step, draft, resumed, plan: key };
        }),
      () => "north",
      async () => erp,
    );
    return answers.map((answer) =>
      answer.kind === "done" ? `done ${answer.number}` : answer.kind === "skipped" ? "skipped" : `${answer.kind}: ${answer.message}`,
    );
  };
  return { send, calls };
}

describe("documents of one company", () => {
  test("are drafted, moved, posted and confirmed together, and only those with goods are moved", async () => {
    const { send, calls } = shelfErp([{ key: "a", goods: "DC" }, { key: "b" }]);
    expect(await send()).toEqual(["done a", "done b"]);
    expect(calls).toEqual(["draft a b", "move a", "post a b", "confirm a b"]);
  });

  test("that an earlier send began are taken further from their drafts, and their goods may be there", async () => {
    const { send, calls } = shelfErp([
      { key: "a", goods: "DC", resumed: true, draft: "a" },
      { key: "b", goods: "DC" },
    ]);
    expect(await send()).toEqual(["done a", "done b"]);
    expect(calls).toEqual(["draft b", "move a b perhaps", "post a b", "confirm a b"]);
  });

  test("go one by one where the ERP takes them so, and alone where their goods do", async () => {
    const one = shelfErp(
      [
        { key: "a", goods: "DC" },
        { key: "b", goods: "DC" },
      ],
      { singly: true },
    );
    await one.send();
    expect(one.calls).toEqual(["draft a b", "move a", "move b", "post a", "post b", "confirm a b"]);
    const apart = shelfErp(
      [
        { key: "a", goods: "DC" },
        { key: "b", goods: "DC" },
        { key: "c", goods: "DC" },
        { key: "d", goods: "DC" },
        { key: "e", goods: "DC" },
      ],
      { alone: ["c"] },
    );
    await apart.send();
    expect(apart.calls).toEqual(["draft a b c d e", "move a b", "move c", "move d e", "post a b c d e", "confirm a b c d e"]);
  });

  test("of which one is refused are tried one by one, so that it does not spoil the others", async () => {
    const { send, calls } = shelfErp(
      [
        { key: "a", goods: "DC" },
        { key: "b", goods: "SHOP" },
      ],
      { fails: { "move b": new RangeError("no hats") } },
    );
    expect(await send()).toEqual(["done a", "refused: no hats"]);
    expect(calls).toEqual(["draft a b", "move a b", "move a perhaps", "move b perhaps", "withdraw b", "post a", "confirm a"]);
  });

  test("that are refused when they are drafted leave nothing to withdraw", async () => {
    const { send, calls } = shelfErp([{ key: "a" }], { fails: { "draft a": new RangeError("no such account") } });
    expect(await send()).toEqual(["refused: no such account"]);
    expect(calls).toEqual(["draft a"]);
  });

  test("whose goods have moved and whose journal is refused are open, and without goods refused", async () => {
    const moved = shelfErp([{ key: "a", goods: "DC" }], { fails: { "post a": new RangeError("period closed") } });
    expect(await moved.send()).toEqual(["unknown: the goods moved and the journal is still a draft: period closed"]);
    const mere = shelfErp([{ key: "a" }], { fails: { "post a": new RangeError("period closed") } });
    expect(await mere.send()).toEqual(["refused: period closed"]);
    expect(mere.calls).toEqual(["draft a", "post a", "withdraw a"]);
  });

  test("whose refused draft cannot be taken away are open", async () => {
    const { send } = shelfErp([{ key: "a" }], { fails: { "post a": new RangeError("period closed"), "withdraw a": new Error("gone") } });
    expect(await send()).toEqual([expect.stringMatching(/^unknown: period closed; its draft could not be withdrawn: .*gone/)]);
  });

  test("that the ERP posted without a number, or whose draft somebody changed, are looked at again", async () => {
    const { send, calls } = shelfErp([{ key: "a" }, { key: "b" }, { key: "c" }], { unconfirmed: ["b"], changed: ["c"] });
    expect(await send()).toEqual([
      "done a",
      "unknown: the ERP posted the document and does not tell its number",
      "unknown: somebody changed the draft",
    ]);
    expect(calls).toEqual(["draft a b c", "post a b", "confirm a b"]);
  });

  test("are all answered where the ERP goes away: what has a draft is begun, what has none was not sent", async () => {
    const begun = shelfErp([{ key: "a", goods: "DC" }], { fails: { "move a": new Unavailable("gone") } });
    expect(await begun.send()).toEqual([expect.stringMatching(/^unknown: the ERP did not answer: .*gone/)]);
    const before = shelfErp([{ key: "a" }], { fails: { "draft a": new Unavailable("gone") } });
    expect(await before.send()).toEqual(["unavailable: the ERP cannot be used: gone"]);
    const cutOff = shelfErp([{ key: "a" }], { fails: { "draft a": new UnknownOutcome("cut off") } });
    expect(await cutOff.send()).toEqual([expect.stringMatching(/^unknown: the ERP did not answer: .*cut off/)]);
  });

  test("all of which are answered already need no number from the ERP", async () => {
    const { send, calls } = shelfErp([{ key: "a" }], { changed: ["a"] });
    expect(await send()).toEqual(["unknown: somebody changed the draft"]);
    expect(calls).toEqual(["draft a"]);
  });
});

test("steps that cannot be planned are not sent, and say why", async () => {
  const step = stockStep("a", [[1]]);
  const planned = (error: Error) =>
    sendDrafted<string, Work>(
      [step],
      async () => {
        throw error;
      },
      () => "north",
      async () => {
        throw new Error("nobody asks the ERP");
      },
    );
  expect(await planned(new Unavailable("gone"))).toEqual([{ kind: "unavailable", message: "the ERP cannot be used: gone" }]);
  expect(
    await sendDrafted<string, Work>(
      [],
      async () => [],
      () => "north",
      async () => ({}) as never,
    ),
  ).toEqual([]);
});
