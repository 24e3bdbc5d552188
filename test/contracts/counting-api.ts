import type { AwsApi } from "#adapters/aws";

export interface UnitsSpent {
  readonly what: string;
  readonly write: number;
  readonly read: number;
}

const writes = new Set(["PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"]);

/** The same API, which also asks DynamoDB for the request units that each operation takes, and keeps them under the name of the work. */
export function countingApi(api: AwsApi): {
  api: AwsApi;
  during<T>(what: string, work: () => Promise<T>): Promise<T>;
  spent(): UnitsSpent[];
} {
  const units = new Map<string, { write: number; read: number }>();
  let current = "outside";
  return {
    api: {
      ...api,
      async call(operation, input) {
        const name = operation.target.split(".")[1] ?? "";
        const what = `${current}: ${rowsOf(name, input)}`;
        const answer = (await api.call(operation, { ...(input as object), ReturnConsumedCapacity: "TOTAL" })) as {
          ConsumedCapacity?: unknown;
        };
        const found = units.get(what) ?? { write: 0, read: 0 };
        for (const { CapacityUnits } of [answer.ConsumedCapacity].flat() as { CapacityUnits: number }[]) {
          if (writes.has(name)) found.write += CapacityUnits;
          // DynamoDB Local says 0 for a read that finds nothing; the service takes at least one unit for a strongly consistent one.
          else found.read += Math.max(CapacityUnits, 1);
        }
        units.set(what, found);
        return answer;
      },
    },
    async during(what, work) {
      current = what;
      try {
        return await work();
      } finally {
        current = "outside";
      }
    },
    spent: () => [...units].map(([what, { write, read }]) => ({ what, write, read })),
  };
}

/** Which rows an operation is about, by their partition key. */
function rowsOf(operation: string, input: unknown): string {
  const text = JSON.stringify(input);
  const kind = /"(R|L|E)#/.exec(text)?.[1];
  const rows = kind === "R" ? "references" : kind === "L" ? "lists" : kind === "E" ? "pace" : "lineage";
  return `${operation} ${rows}`;
}
