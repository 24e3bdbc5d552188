import type { StreamWiring } from "./flows.ts";

/** The single table of the AWS host: the stacks create it, the tests create it the same way, adapters/aws reads and writes it. */
export interface LineageTableWiring {
  /** Both are strings. */
  readonly partitionKey: string;
  readonly sortKey: string;
  /** Local secondary indexes, all attributes projected: they exist from the table's creation or never. Their sort keys are strings. */
  readonly localIndexes: readonly { readonly name: string; readonly sortKey: string }[];
  readonly streamView: "NEW_IMAGE";
  /** The event source's filter on the table's stream: one pattern. */
  readonly streamFilter: Readonly<Record<string, unknown>>;
}

/**
 * Rows of the lineage have a `type`; projections, paces and policies have none, and so their writes never reach the announcer. A type that
 * a later version adds passes too: what cannot be read must be seen to fail. Only inserts pass: the one change ever made to an item
 * removes its raw body.
 *
 * Rows of work lists alone have `place`, so the index costs nothing elsewhere.
 */
export const lineageTable: LineageTableWiring = {
  partitionKey: "pk",
  sortKey: "sk",
  localIndexes: [{ name: "by-place", sortKey: "place" }],
  streamView: "NEW_IMAGE",
  streamFilter: { eventName: ["INSERT"], dynamodb: { NewImage: { type: { S: [{ exists: true }] } } } },
};

/** The filters of one stream's event source: what passes any of them is told. */
export function streamFilters({ of }: Pick<StreamWiring, "of">): readonly Readonly<Record<string, unknown>>[] {
  const { streamFilter } = lineageTable;
  if (of === undefined) return [streamFilter];
  const { eventName } = streamFilter;
  return [
    { eventName, dynamodb: { NewImage: { type: { S: [...of.types] } } } },
    {
      eventName,
      dynamodb: {
        Keys: { [lineageTable.partitionKey]: { S: of.documentsOf.map((kind) => ({ prefix: `${kind}:` })) } },
        NewImage: { type: { S: ["document"] } },
      },
    },
  ];
}
