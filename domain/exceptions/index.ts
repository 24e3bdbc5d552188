export type { Blocks, ExceptionClass, ExceptionClassData } from "./classes.ts";
export { exceptionClasses } from "./classes.ts";
export type { Escalation, EscalationRule } from "./escalation.ts";
export { escalationRulesFor, escalationsAt } from "./escalation.ts";
export type { Problem } from "./problem.ts";
export type { RetryRule } from "./retry-rules.ts";
export { retryRules } from "./retry-rules.ts";
