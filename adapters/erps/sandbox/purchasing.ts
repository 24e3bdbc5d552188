import { Invalid, Unavailable, UnknownOutcome } from "#domain/failures";
import { Refused, requireSoundOrder } from "#domain/posting";
import type { ErpPurchasing, StepAnswer } from "#ports/erp";
import { readAnswer, wireAnswers } from "./answers.ts";
import { ask, complaint, type SandboxErpAddress, send } from "./service.ts";
import { patienceOf } from "./submit.ts";

/** The orders of the sandbox ERP: it takes a number once, so the same order is sent again after a lost answer. */
export function createSandboxPurchasing(
  address: SandboxErpAddress,
  knownCompany: (entity: string) => string,
  timeoutMilliseconds: number,
): ErpPurchasing {
  const pathOf = (entity: string) => `/v1/companies/${encodeURIComponent(knownCompany(entity))}/purchase-orders`;

  return {
    async place({ entity, ...order }): Promise<StepAnswer> {
      try {
        requireSoundOrder({ entity, ...order });
        const { number, vendor, location, currency, orderedOn } = order;
        const lines = order.lines.map(({ item, quantityMillionths, unitCost }) => ({ item, quantityMillionths, unitCost }));
        const body = JSON.stringify({ number, vendor, location, currency, orderedOn, lines });
        const response = await send(address, "POST", pathOf(entity), body, timeoutMilliseconds);
        if (response.status === 200) {
          const answer = readAnswer(wireAnswers.order, response.body);
          if (answer !== undefined) return { kind: "done", number: answer.number };
          return { kind: "unknown", message: "the ERP's answer is no purchase order: check that the url is the ERP's" };
        }
        const { code, message } = complaint(response);
        if (response.status === 429) {
          const patience = patienceOf(response.headers["retry-after"]);
          return { kind: "unavailable", throttled: true, message: `throttled by the ERP: ${message}`, ...patience };
        }
        if ([400, 404, 409, 413, 422].includes(response.status)) return { kind: "refused", code, message };
        const kind = response.status >= 500 || response.status === 408 ? "unknown" : "unavailable";
        return { kind, message: `the ERP turned the order away with HTTP ${response.status} (${code}): ${message}` };
      } catch (error) {
        if (error instanceof Refused) return { kind: "refused", code: error.code, message: error.message };
        if (error instanceof Invalid) return { kind: "refused", code: "unknown-company", message: error.message };
        if (error instanceof Unavailable) return { kind: "unavailable", message: `the ERP cannot be reached: ${error.message}` };
        if (error instanceof UnknownOutcome) return { kind: "unknown", message: `the ERP did not answer: ${error.message}` };
        throw error;
      }
    },
    async find(entity, numbers) {
      const path = `${pathOf(entity)}/lookup`;
      const { purchaseOrders } = await ask(address, "POST", path, JSON.stringify({ numbers }), timeoutMilliseconds, wireAnswers.orders);
      return purchaseOrders.map((order) => (order === null ? undefined : { ...order, entity, erpNumber: order.number, open: true }));
    },
  };
}
