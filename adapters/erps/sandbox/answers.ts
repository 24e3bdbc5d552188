import * as z from "zod/mini";
import type { StepAnswer } from "#ports/erp";

const answer = z.discriminatedUnion("status", [
  z.object({
    status: z.literal("done"),
    number: z.string(),
    costs: z.optional(z.array(z.object({ movement: z.string(), totalCost: z.int() }))),
    warnings: z.optional(z.array(z.object({ code: z.string(), message: z.string() }))),
  }),
  z.object({ status: z.literal("refused"), code: z.string(), message: z.string() }),
  z.object({ status: z.literal("skipped") }),
]);
const batchAnswer = z.object({ groups: z.array(z.array(answer)) });
const lookupAnswer = z.object({ documents: z.array(z.nullable(answer)) });
const errorAnswer = z.object({ code: z.string(), message: z.string() });
const journalsAnswer = z.object({
  journals: z.array(
    z.object({
      number: z.string(),
      key: z.string(),
      reverses: z.optional(z.string()),
      reversedBy: z.optional(z.string()),
      company: z.string(),
      businessDate: z.string(),
      postingDate: z.string(),
      currency: z.string(),
      functionalCurrency: z.string(),
      memo: z.string(),
      lines: z.array(
        z.object({
          account: z.string(),
          role: z.string(),
          debit: z.int(),
          credit: z.int(),
          functionalDebit: z.int(),
          functionalCredit: z.int(),
          dimensions: z.record(z.string(), z.string()),
        }),
      ),
    }),
  ),
  next: z.optional(z.string()),
});
const keysAnswer = z.object({ keys: z.array(z.string()), next: z.optional(z.string()) });
const trialBalanceAnswer = z.object({
  currency: z.string(),
  accounts: z.array(z.object({ account: z.string(), name: z.string(), debit: z.int(), credit: z.int() })),
});
const stockAnswer = z.object({
  levels: z.array(z.object({ item: z.string(), location: z.string(), quantityMillionths: z.int(), value: z.int(), movements: z.int() })),
  next: z.optional(z.string()),
});

const companiesAnswer = z.object({ companies: z.array(z.object({ id: z.string(), functionalCurrency: z.string() })) });
const accountsAnswer = z.object({
  accounts: z.array(
    z.object({
      number: z.string(),
      name: z.string(),
      active: z.optional(z.boolean()),
      requiredDimensions: z.optional(z.array(z.string())),
    }),
  ),
});
const orderAnswer = z.object({
  number: z.string(),
  vendor: z.string(),
  location: z.string(),
  currency: z.string(),
  orderedOn: z.string(),
  lines: z.array(z.object({ item: z.string(), quantityMillionths: z.int(), unitCost: z.int(), receivedMillionths: z.int() })),
});
const ordersAnswer = z.object({ purchaseOrders: z.array(z.nullable(orderAnswer)) });
const records = z.array(z.object({ code: z.string(), name: z.string(), active: z.boolean() }));
const masterDataAnswer = z.object({ items: records, locations: records, parties: records, taxCodes: records });
const periodsAnswer = z.object({
  periods: z.array(z.object({ id: z.string(), from: z.string(), to: z.string(), state: z.enum(["open", "closed"]) })),
});

/** The answers of the service by what they answer. */
export const wireAnswers = {
  batch: batchAnswer,
  lookup: lookupAnswer,
  error: errorAnswer,
  journals: journalsAnswer,
  keys: keysAnswer,
  trialBalance: trialBalanceAnswer,
  stock: stockAnswer,
  order: orderAnswer,
  orders: ordersAnswer,
  companies: companiesAnswer,
  accounts: accountsAnswer,
  masterData: masterDataAnswer,
  periods: periodsAnswer,
} as const;

/** The body of an answer, or undefined when it is not what it should be. */
export function readAnswer<T>(schema: z.ZodMiniType<T>, body: string): T | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

/** The port's answer for one step. A warning starts with its code, such as "negative-stock: …". */
export function stepAnswer(wire: z.infer<typeof answer>): Extract<StepAnswer, { kind: "done" | "refused" | "skipped" }> {
  switch (wire.status) {
    case "done":
      return {
        kind: "done",
        number: wire.number,
        ...(wire.costs === undefined ? {} : { costs: wire.costs }),
        ...(wire.warnings === undefined ? {} : { warnings: wire.warnings.map((warning) => `${warning.code}: ${warning.message}`) }),
      };
    case "refused":
      return { kind: "refused", code: wire.code, message: wire.message };
    case "skipped":
      return { kind: "skipped" };
  }
}
