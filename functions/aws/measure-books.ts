import { postingRules } from "#domain/posting";
import { createHandler } from "#functions/measure-books";
import { clock, lineage, metrics, policies } from "./bindings/index.ts";
import { anyInputSchema } from "./schemas/any-input.ts";
import { measuredBooksSchema } from "./schemas/measured-books.ts";
import { task } from "./triggers/task.ts";

const measure = createHandler({ lineage, policies, clock, metrics, rules: postingRules });
export const handler = task("measure-books", measure, { input: anyInputSchema, output: measuredBooksSchema }, metrics);
