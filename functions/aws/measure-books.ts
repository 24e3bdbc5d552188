import { postingRules } from "#domain/posting";
import { createHandler } from "#functions/measure-books";
import { clock, metrics, policies, recentLineage } from "./bindings/index.ts";
import { anyInputSchema } from "./schemas/any-input.ts";
import { measuredBooksSchema } from "./schemas/measured-books.ts";
import { task } from "./triggers/task.ts";

// What stands open and what has come to its end is measured by the day: the record as it was a moment ago costs half.
const measure = createHandler({ lineage: recentLineage, policies, clock, metrics, rules: postingRules });
export const handler = task("measure-books", measure, { input: anyInputSchema, output: measuredBooksSchema }, metrics);
