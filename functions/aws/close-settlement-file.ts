import { createHandler } from "#functions/close-settlement-file";
import { clock, documents, lineage, metrics } from "./bindings/index.ts";
import { flushMetrics } from "./middleware/flush-metrics.ts";
import { closedSettlementFileSchema, closeSettlementFileSchema } from "./schemas/settlement-file.ts";
import { task } from "./triggers/task.ts";
