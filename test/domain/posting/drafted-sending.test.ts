import { expect, test } from "vitest";
import { UnknownOutcome } from "#domain/failures";
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
