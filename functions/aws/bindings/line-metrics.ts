import { createLineMetrics } from "#adapters/aws";

/** Of the functions that wiring/ names in `countedInLineOf`. */
export const lineMetrics = createLineMetrics();
