import { postingRules } from "#domain/posting";
import { createHandler } from "#functions/close-books";
import { clock, documents, erp, lineage, metrics, periodBook, policies } from "./bindings/index.ts";
import { anyInputSchema } from "./schemas/any-input.ts";
import { closedBooksSchema } from "./schemas/store-days.ts";
import { asksForSecondPerson } from "./triggers/second-person.ts";
import { task } from "./triggers/task.ts";

const close = createHandler({
  erp,
  lineage,
  documents,
  policies,
  periodBook,
  clock,
  metrics,
  rules: postingRules,
  secondPerson: asksForSecondPerson(),
});
export const handler = task("close-books", close, { input: anyInputSchema, output: closedBooksSchema }, metrics);
