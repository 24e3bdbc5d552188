import { Unavailable, UnknownOutcome } from "#domain/failures";
import type { ConnectionPolicy } from "#domain/policy";
import type { SentStep } from "#domain/posting";
import type { Erp, StepAnswer } from "#ports/erp";
import type { Host } from "./host.ts";
import type { SimulatedErp } from "./simulated-erp.ts";
import type { Town } from "./town.ts";

type Groups = readonly (readonly SentStep[])[];

const nobodyAsks = () => Promise.reject(new Error("the invariants read the simulated ERPs past the network"));
const reading = {
  journals: nobodyAsks,
  documentKeys: nobodyAsks,
  trialBalance: nobodyAsks,
  stock: nobodyAsks,
  masterData: nobodyAsks,
} satisfies Partial<Erp>;

/**
 * The way from a host to one ERP and back. A request that is on its way gets there, or not, whatever becomes of the host that sent it: at
 * the latest after its time-out and the ERP's longest run.
 */
export function erpOverTheNetwork(town: Town, host: Host, erp: SimulatedErp, settings: ConnectionPolicy): Erp {
  const { scheduler, chance } = town;
  const timeoutMilliseconds = settings.requestTimeoutSeconds * 1_000;
  const serverMilliseconds = settings.serverRunSeconds * 1_000;

  const all = (groups: Groups, answer: StepAnswer) => groups.map((group) => group.map(() => answer));

  return {
    ...reading,
    capabilities: erp.capabilities(),
    submit(groups) {
      return new Promise((resolve) => {
        const answerAfter = (milliseconds: number, answers: StepAnswer[][]) => scheduler.after(milliseconds, () => resolve(answers), host);
        const steps = groups.reduce((count, group) => count + group.length, 0);
        const gate = erp.gate;
        host.paceWatch.note(erp.name, steps);
        if (town.strikes("crash before an effect", () => `${host.name} dies before it sends to ${erp.name}`)) {
          host.crash();
          return;
        }
        if (gate.isDown(scheduler.now)) {
          answerAfter(chance.between(1, timeoutMilliseconds), all(groups, { kind: "unavailable", message: "the ERP is down" }));
          return;
        }
        if (town.strikes("ERP out of reach", () => `${erp.name} is not reached with ${steps} steps`)) {
          answerAfter(chance.between(1, 50), all(groups, { kind: "unavailable", message: "connection refused" }));
          return;
        }
        if (gate.refuses(scheduler.now, steps) || town.strikes("ERP throttles", () => `${erp.name} answers 429 to ${steps} steps`)) {
          const patience = chance.happens(0.5) ? { retryAfterSeconds: 1 + chance.below(30) } : {};
          answerAfter(chance.between(1, 50), all(groups, { kind: "unavailable", message: "429", throttled: true, ...patience }));
          return;
        }
        if (town.strikes("ERP answer lost", () => `${erp.name} is sent ${steps} steps and its answer is lost`)) {
          const arrives = chance.between(1, timeoutMilliseconds + serverMilliseconds);
          const applied = chance.happens(0.7) ? steps : chance.below(steps + 1);
          scheduler.after(arrives, () => void submitNow(groups, applied));
          answerAfter(timeoutMilliseconds, all(groups, { kind: "unknown", message: "time-out" }));
          return;
        }
        scheduler.after(chance.between(5, 60), () => {
          const answers = submitNow(groups, steps);
          if (town.strikes("crash after an effect", () => `${host.name} dies before it hears the answer of ${erp.name}`)) host.crash();
          else answerAfter(chance.between(1, 20), answers);
        });
      });
    },
    find(keys) {
      return new Promise((resolve, reject) => {
        scheduler.after(
          chance.between(2, 30),
          () => {
            if (erp.gate.isDown(scheduler.now) || town.strikes("ERP out of reach", () => `${erp.name} cannot be asked`))
              return reject(new Unavailable("the ERP cannot be reached"));
            if (town.strikes("ERP answer lost", () => `${erp.name} is asked and its answer is lost`))
              return reject(new UnknownOutcome("time-out"));
            const visibleUntil = scheduler.now - settings.visibilityLagSeconds * 1_000;
            resolve(keys.map((key) => erp.find(key, visibleUntil)));
          },
          host,
        );
      });
    },
  };

  /** Applies the first `steps` steps, as a server that dies in its midst does; within a group, what follows a refusal is skipped. */
  function submitNow(groups: Groups, steps: number): StepAnswer[][] {
    let left = steps;
    return groups.map((group) => {
      let isStopped = false;
      return group.map((step): StepAnswer => {
        left -= 1;
        if (left < 0) return { kind: "unknown", message: "time-out" };
        if (isStopped) return { kind: "skipped" };
        const result = erp.apply(step, scheduler.now);
        town.story.tell(() => `${erp.name} ${step.kind === "post" ? "takes" : "reverses with"} ${step.erpKey}: ${result.kind}`);
        if (result.kind !== "done") isStopped = true;
        return result;
      });
    });
  }
}
