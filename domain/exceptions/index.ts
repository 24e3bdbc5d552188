export type { Blocks, ExceptionClass, ExceptionClassData } from "./classes.ts";
export { exceptionClasses } from "./classes.ts";
export type { Problem } from "./problem.ts";
