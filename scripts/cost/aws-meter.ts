import { billedRequest } from "#adapters/aws";
import type { Service, TrafficTrace } from "#domain/cost";
import type { RequestMeter } from "../../test/lambda/aws-endpoint.ts";

type Requests = TrafficTrace["requests"][number];
type Waits = Partial<Record<Service, number>>;

/** One invocation, and the longest chain of calls that it waited for so far. */
interface Invocation {
  readonly name: string;
  longest: Waits;
  /** Of what has been answered. */
  depth: number;
}

export interface AwsMeter {
  readonly request: RequestMeter;
  /** Stands around an invocation: what is asked meanwhile is asked by it, or by what it called and waits for. */
  around<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** A call of a service that AWS does not bill for: only how long it is waited for. */
  waited<T>(service: Service, work: () => Promise<T>): Promise<T>;
  /** What was counted since the last look. */
  take(): {
    readonly requests: Requests[];
    readonly waits: ReadonlyMap<string, Waits>;
    readonly invocations: ReadonlyMap<string, number>;
    /** Functions that were called while another waited for a machine. */
    readonly calledByMachine: ReadonlySet<string>;
  };
}

/** Counts on the wire what AWS would bill for. Throws when AWS refuses a request: an order that goes well asks for nothing in vain. */
export function createAwsMeter(): AwsMeter {
  let requests = new Map<string, Requests>();
  let waits = new Map<string, Waits>();
  let invocations = new Map<string, number>();
  let calledByMachine = new Set<string>();
  const running: Invocation[] = [];

  /** A call follows on everything that its invocation has been answered by then. */
  function begin(service: Service): () => void {
    const invocation = running.at(-1);
    if (invocation === undefined) return () => {};
    const before = { waits: invocation.longest, depth: invocation.depth };
    return () => {
      if (before.depth + 1 <= invocation.depth) return;
      invocation.depth = before.depth + 1;
      invocation.longest = added(before.waits, { [service]: 1 });
    };
  }

  return {
    request(operation, input) {
      const by = running.at(-1)?.name;
      if (by === undefined) return () => {};
      const end = begin(serviceOf(operation));
      return (status, answer) => {
        end();
        if (status >= 300) throw new Error(`${by} asked for ${operation} and was answered ${status}: ${JSON.stringify(answer)}`);
        const billed = billedRequest(operation, input, answer);
        const id = `${by} ${billed.service} ${billed.operation}`;
        const known = requests.get(id) ?? { by, ...billed, requests: 0, writeUnits: 0, readUnits: 0, count: 0 };
        requests.set(id, {
          ...known,
          requests: known.requests + 1,
          writeUnits: known.writeUnits + billed.writeUnits,
          readUnits: known.readUnits + billed.readUnits,
          count: known.count + billed.count,
        });
      };
    },
    async around(name, work) {
      if (running.length > 0) calledByMachine.add(name);
      const invocation: Invocation = { name, longest: {}, depth: 0 };
      running.push(invocation);
      try {
        return await work();
      } finally {
        running.pop();
        waits.set(name, added(waits.get(name) ?? {}, invocation.longest));
        invocations.set(name, (invocations.get(name) ?? 0) + 1);
      }
    },
    async waited(service, work) {
      const end = begin(service);
      try {
        return await work();
      } finally {
        end();
      }
    },
    take() {
      const taken = { requests: [...requests.values()], waits, invocations, calledByMachine };
      [requests, waits, invocations, calledByMachine] = [new Map(), new Map(), new Map(), new Set()];
      return taken;
    },
  };
}

function added(some: Waits, more: Waits): Waits {
  const sum = { ...some };
  for (const [service, calls] of Object.entries(more) as [Service, number][]) sum[service] = (sum[service] ?? 0) + calls;
  return sum;
}

function serviceOf(operation: string): Service {
  if (operation.startsWith("DynamoDB_")) return "DynamoDB";
  if (operation.startsWith("AWSEvents.")) return "EventBridge";
  if (operation.startsWith("AmazonSQS.")) return "SQS";
  if (operation.startsWith("AWSStepFunctions.")) return "Step Functions";
  if (operation.startsWith("AmazonSSM.")) return "Systems Manager";
  return "S3";
}
