import type { WorkedQueue } from "#functions/redrive-dead-letters";
import { connectionQueue, queues } from "#wiring";

/** Every queue of looks, once per ERP connection where there is one for each. */
export function workedQueues(connections: readonly string[]): WorkedQueue[] {
  return queues.flatMap(({ name, perConnection, waitsFor, receivesMax }): WorkedQueue[] =>
    perConnection
      ? connections.map((connection) => ({ name: connectionQueue(name, connection), connection, waitsFor, receivesMax }))
      : [{ name, waitsFor, receivesMax }],
  );
}
