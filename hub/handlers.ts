import { Invalid } from "#domain/failures";

/** A function of ours as the machines, streams, queues and routes call it: plain data in, plain data out. */
export type Handler = (input: never) => Promise<unknown>;

/** The functions by the names that wiring/ gives them. */
export type Handlers = ReadonlyMap<string, Handler>;

export function handlerOf(handlers: Handlers, name: string): (input: unknown) => Promise<unknown> {
  const handler = handlers.get(name);
  if (handler === undefined) throw new Invalid(`no function ${name}: known are ${[...handlers.keys()].join(", ")}`);
  return handler as (input: unknown) => Promise<unknown>;
}
