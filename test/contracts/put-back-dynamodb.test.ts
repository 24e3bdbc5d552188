import { DeleteItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, describe, expect, it } from "vitest";
import { createDynamoLineageStore, createDynamoPolicyReleases } from "#adapters/aws";
import { putBack } from "../../scripts/restore/put-back.ts";
import { skipReason } from "../skip.ts";
import { startLocalTables } from "./dynamo-local-table.ts";
import { documentWith } from "./lineage-items.ts";
import { policyRelease } from "./policy-releases-contract.ts";

const local = await startLocalTables();

if ("skipped" in local) {
  skipReason("DynamoDB Local", local.skipped);
  describe.skip(`putting rows back: DynamoDB Local (${local.skipped})`, () => {
    it("needs Java and the packaged emulator", () => {});
  });
} else {
  const { api, admin, create } = local;
  afterAll(() => local.stop());

  const documents = ["sale:a", "sale:b", "sale:c"].flatMap((transaction) =>
    [1, 2, 3].map((version) => documentWith(transaction, `D#${version}`, `body ${version}`)),
  );

  /** The table as it was then, and the table of today, with the same rows and the lists and names that nobody restores. */
  async function tables(): Promise<{ readonly beside: string; readonly table: string }> {
    const [beside, table] = [await create(), await create()];
    for (const name of [beside, table]) {
      await createDynamoLineageStore({ api, table: name }).insert(documents);
      const releases = createDynamoPolicyReleases({ api, table: name });
      for (const number of [1, 2]) await releases.insert(policyRelease(number, `v${number}`));
    }
    await admin.send(new PutItemCommand({ TableName: beside, Item: { pk: { S: "L#open#1.0" }, sk: { S: "closed since" } } }));
    return { beside, table };
  }
  const remove = (table: string, pk: string, sk: string) =>
    admin.send(new DeleteItemCommand({ TableName: table, Key: { pk: { S: pk }, sk: { S: sk } } }));
  const all = async (table: string) => {
    const lineage = createDynamoLineageStore({ api, table });
    const { transactions } = await lineage.transactions(undefined, 100);
    return (await Promise.all([...transactions].sort().map((each) => lineage.page(each, undefined, 100)))).flatMap(({ items }) => items);
  };

  describe("putting back what was deleted from the table of a stage", () => {
    it("says what is missing and writes nothing, then puts it back, and then finds nothing missing", async () => {
      const { beside, table } = await tables();
      const before = await all(table);
      for (const { transaction, key } of documents.filter(({ transaction }) => transaction === "sale:b"))
        await remove(table, transaction, key);
      await remove(table, "sale:c", documents.at(-1)!.key);
      await remove(table, "P#policy", "00000001");
      const releases = createDynamoPolicyReleases({ api, table });
      const found = { transactions: 3, rows: 11, missing: 5, erasedSince: 0, different: 0, differentRows: [] };
      expect(await putBack({ api, beside, table, writes: false })).toEqual(found);
      expect(await all(table)).toHaveLength(5);
      expect(await putBack({ api, beside, table, writes: true })).toEqual(found);
      expect(await all(table)).toEqual(before);
      expect(await releases.get(1)).toEqual(policyRelease(1, "v1"));
      expect(await putBack({ api, beside, table, writes: true })).toEqual({ ...found, missing: 0 });
    });

    it("brings back no raw body that was removed since, and changes nothing that has another content", async () => {
      const { beside, table } = await tables();
      const [erased, changed] = [documents[0]!, documents[1]!];
      await createDynamoLineageStore({ api, table }).removeRawBody(erased.transaction, erased.key);
      await remove(table, changed.transaction, changed.key);
      await createDynamoLineageStore({ api, table }).insert([{ ...changed, shop: "another" }]);
      const found = await putBack({ api, beside, table, writes: true });
      expect(found).toMatchObject({ missing: 0, erasedSince: 1, different: 1, differentRows: [`${changed.transaction} ${changed.key}`] });
      const now = await all(table);
      expect(now.find(({ key }) => key === erased.key)).not.toHaveProperty("raw.inline");
      expect(now.find(({ key }) => key === changed.key)).toMatchObject({ shop: "another" });
    });

    it("leaves lists, names and paces to those that make them from the lineage", async () => {
      const { beside, table } = await tables();
      expect((await putBack({ api, beside, table, writes: true })).missing).toBe(0);
      const list = { KeyConditionExpression: "pk = :p", ExpressionAttributeValues: { ":p": { S: "L#open#1.0" } } };
      const answer = await api.call(
        { service: "dynamodb", target: "DynamoDB_20120810.Query", jsonVersion: "1.0" },
        { TableName: table, ...list },
      );
      expect(answer).toMatchObject({ Count: 0 });
    });

    it("puts a row back beside others that came since, and many rows of one transaction whole", async () => {
      const { beside, table } = await tables();
      const many = Array.from({ length: 120 }, (_, index) => documentWith("sale:many", `D#${index}`));
      await createDynamoLineageStore({ api, table: beside }).insert(many);
      await createDynamoLineageStore({ api, table }).insert([many[7]!, documentWith("sale:many", "D#since")]);
      expect(await putBack({ api, beside, table, writes: true })).toMatchObject({ missing: 119 });
      expect((await createDynamoLineageStore({ api, table }).page("sale:many" as never, undefined, 500)).items).toHaveLength(121);
    });
  });
}
