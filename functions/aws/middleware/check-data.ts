import type { MiddlewareObj } from "@middy/core";
import * as z from "zod/mini";
import { Invalid } from "#domain/failures";
import type { Counted } from "./log-invocation.ts";

/**
 * Holds what a function is given and what it answers to their schemas; fields that no schema names go no further. Throws Invalid with the
 * places that are wrong and nothing of their content: whoever calls sees it in the history of its execution.
 */
export function checkData(name: string, schemas: { readonly input: z.core.$ZodType; readonly output: z.core.$ZodType }): MiddlewareObj {
  return {
    before(request) {
      request.event = checked(schemas.input, request.event, `${name} was called with an input that it cannot read`);
    },
    after(request) {
      const { answer, counts } = request.response as Counted<unknown>;
      request.response = { answer: checked(schemas.output, answer, `${name} made an answer that its callers cannot read`), counts };
    },
  };
}

function checked(schema: z.core.$ZodType, value: unknown, what: string): unknown {
  const parsed = z.safeParse(schema, value);
  if (parsed.success) return parsed.data;
  const places = parsed.error.issues.slice(0, 5).map(({ path, code }) => `${path.join(".") || "the whole"} (${code})`);
  throw new Invalid(`${what}: ${places.join(", ")}. Both sides are deployed together: deploy again`);
}
