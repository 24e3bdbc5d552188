import { expect, test } from "vitest";
import { type AwsApi, AwsFailure } from "#adapters/aws";
import { putBack } from "../../scripts/restore/put-back.ts";

const row = (sk: string) => ({ pk: { S: "sale:a" }, sk: { S: sk }, type: { S: "document" } });
/** Facts, a plan and its outcome, an exception: as many rows of a transaction as two writes take. */
const then = [
  ...Array.from({ length: 60 }, (_, index) => row(`D#order#${String(index).padStart(2, "0")}`)),
  row("P#erp#000001"),
  row("P#erp#000001#R"),
  row("X#erp.rejected#1#1"),
];

interface Asked {
  readonly TableName?: string;
  readonly ScanIndexForward?: boolean;
  readonly TransactItems?: readonly { readonly Put: { readonly Item: ReturnType<typeof row> } }[];
  readonly Item?: ReturnType<typeof row>;
}

/** A table as it was then, and an empty one; `fails` answers what the next requests fail with. */
function tables(fails: string[] = []) {
  const written: string[][] = [];
  const waited: number[] = [];
  const api: Pick<AwsApi, "call"> = {
    async call({ target }, input) {
      const operation = target.replace(/^.*\./, "");
      const { TableName, TransactItems = [], Item, ScanIndexForward } = input as Asked;
      if (operation === "Scan") return { Items: [{ pk: { S: "sale:a" } }] };
      const code = operation === "Query" ? undefined : fails.shift();
      if (code === "Conditional") throw new AwsFailure(operation, code, "condition-failed");
      if (code !== undefined) throw new AwsFailure(operation, code, "unknown");
      if (operation === "Query") {
        const rows = TableName === "beside" && JSON.stringify(input).includes("sale:a") ? then : [];
        return { Items: ScanIndexForward === false ? rows.toReversed() : rows };
      }
      written.push(Item === undefined ? TransactItems.map(({ Put }) => Put.Item.sk.S) : [Item.sk.S]);
      return {};
    },
  };
  const run = () =>
    putBack({
      api: api as AwsApi,
      beside: "beside",
      table: "table",
      writes: true,
      wait: async (milliseconds) => void waited.push(milliseconds),
    });
  return { run, written, waited };
}

test("outcomes come back before their plans, and plans before the facts that they cover, in writes that are all or none", async () => {
  const { run, written } = tables();
  expect(await run()).toMatchObject({ transactions: 1, missing: 63 });
  expect(written.map((rows) => rows.length)).toEqual([50, 13]);
  expect(written[0]?.slice(0, 4)).toEqual(["X#erp.rejected#1#1", "P#erp#000001#R", "P#erp#000001", "D#order#59"]);
  expect(written[1]?.at(-1)).toBe("D#order#00");
});

test("a request that fails is sent again, a bounded number of times, and the next run goes on", async () => {
  const once = tables(["NoAnswer", "ThrottlingException"]);
  await once.run();
  expect([once.written.flat().length, once.waited]).toEqual([63, [200, 400]]);
  const never = tables(Array.from({ length: 9 }, () => "ThrottlingException"));
  await expect(never.run()).rejects.toThrow("TransactWriteItems failed 6 times (ThrottlingException): run the same command again");
  expect(never.waited).toEqual([200, 400, 800, 1_600, 3_200]);
});

test("where one of the rows is there by now the others still come", async () => {
  const { run, written } = tables(["Conditional", "Conditional"]);
  await run();
  // The first write falls apart into its rows, of which the first one was there.
  expect(written.flat()).toHaveLength(62);
  expect(written.flat()).not.toContain("X#erp.rejected#1#1");
});
