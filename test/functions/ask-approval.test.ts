import { expect, test } from "vitest";
import { approvalTokenAddress, createHandler } from "#functions/ask-approval";

function store() {
  const kept = new Map<string, string>();
  const documents = {
    put: async (address: string, bytes: Uint8Array) => void kept.set(address, new TextDecoder().decode(bytes)),
    get: async () => undefined,
    readRange: async () => undefined,
    size: async () => undefined,
  };
  return { kept, documents };
}

test("the token is kept where whoever decides finds it; the last one counts", async () => {
  const { kept, documents } = store();
  const ask = createHandler({ documents });
  expect(await ask({ transaction: "sale:1", approval: "A#1#0001", token: "first" })).toEqual({ noted: true });
  await ask({ transaction: "sale:1", approval: "A#1#0001", token: "second" });
  await ask({ transaction: "sale:2", approval: "A#1#0001", token: "other" });
  expect(kept.get(approvalTokenAddress("sale:1", "A#1#0001"))).toBe("second");
  expect(kept.get(approvalTokenAddress("sale:2", "A#1#0001"))).toBe("other");
  expect([...kept.keys()].join()).not.toContain("sale");
});

test.each([{}, { transaction: "sale:1", approval: "A#1" }, { transaction: "", approval: "A#1", token: "t" }, "text", null])(
  "an input without transaction, approval and token is refused by name: %j",
  async (input) => {
    const { kept, documents } = store();
    await expect(createHandler({ documents })(input)).rejects.toMatchObject({
      name: "Invalid",
      message: expect.stringContaining("ask-approval takes"),
    });
    expect(kept.size).toBe(0);
  },
);
