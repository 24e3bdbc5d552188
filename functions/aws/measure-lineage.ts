import { createHandler } from "#functions/measure-lineage";
import { clock, lineage, metrics, policies, recentLineage } from "./bindings/index.ts";
import { measuredStream } from "./triggers/measured-stream.ts";

const measure = createHandler({ lineage, recentLineage, policies, clock, metrics });
export const handler = measuredStream("measure-lineage", measure, metrics);
