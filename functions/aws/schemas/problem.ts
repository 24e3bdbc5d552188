import * as z from "zod/mini";
import { type ExceptionClass, exceptionClasses, type Problem } from "#domain/exceptions";
import type { RecordExceptionInput } from "#functions/record-exception";

const fields = {
  class: z.enum(Object.keys(exceptionClasses) as [ExceptionClass, ...ExceptionClass[]]),
  code: z.string().check(z.maxLength(200)),
  cause: z.string().check(z.maxLength(1_000)),
  message: z.string().check(z.maxLength(2_000)),
  event: z.exactOptional(z.string()),
  document: z.exactOptional(z.string()),
  amount: z.exactOptional(z.int()),
  currency: z.exactOptional(z.string()),
};

export const problemSchema: z.ZodMiniType<Problem> = z.object(fields);

export const recordExceptionSchema: z.ZodMiniType<RecordExceptionInput> = z.object({
  ...fields,
  transaction: z.string().check(z.minLength(1), z.maxLength(512)),
  foundBy: z.exactOptional(z.literal("operation")),
  connection: z.exactOptional(z.string()),
});

export const exceptionOpenedSchema: z.ZodMiniType<{ opened: boolean }> = z.object({ opened: z.boolean() });
