import type { PolicyRelease, PolicyReleases } from "#ports/policy-releases";
import { policyReleaseSortKey, policyReleasesPartition } from "./dynamo-keys.ts";
import { createDynamoTable, type DynamoTableOptions, type Row, stringOf } from "./dynamo-table.ts";
import { ifAbsent, insertAnswer } from "./insert-once.ts";

/** ports/policy-releases on the single table: a row per release, inserted under the condition that its number is free. */
export function createDynamoPolicyReleases(options: DynamoTableOptions): PolicyReleases {
  const table = createDynamoTable(options);
  async function latest(count: number): Promise<PolicyRelease[]> {
    const { Items = [] } = await table.read("Query", {
      ScanIndexForward: false,
      Limit: count,
      KeyConditionExpression: "pk = :releases",
      ExpressionAttributeValues: { ":releases": { S: policyReleasesPartition } },
    });
    return Items.flatMap((item) => releaseOf(item.release) ?? []);
  }

  return {
    latest,
    async last() {
      return (await latest(1))[0];
    },

    // By a query too: it is what whoever reads releases may.
    async get(release) {
      const { Items = [] } = await table.read("Query", {
        KeyConditionExpression: "pk = :releases AND sk = :release",
        ExpressionAttributeValues: { ":releases": { S: policyReleasesPartition }, ":release": { S: policyReleaseSortKey(release) } },
      });
      return releaseOf(Items[0]?.release);
    },

    insert: (release) => insertAnswer(() => table.write("PutItem", unlessThere(release))),

    insertAll: (releases) => insertAnswer(() => table.writeAll(releases.map(unlessThere))),
  };
}

function unlessThere(release: PolicyRelease): { readonly Item: Row; readonly ConditionExpression: string } {
  const keys = { pk: { S: policyReleasesPartition }, sk: { S: policyReleaseSortKey(release.release) } };
  return { Item: { ...keys, release: { S: JSON.stringify(release) } }, ConditionExpression: ifAbsent };
}

function releaseOf(attribute: Parameters<typeof stringOf>[0]): PolicyRelease | undefined {
  const text = stringOf(attribute);
  return text === undefined ? undefined : (JSON.parse(text) as PolicyRelease);
}

export { policyReleasesPartition };
