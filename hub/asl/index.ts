export { InvalidMachine } from "./errors.ts";
export { createInterpreter, type Interpreter, type InterpreterDependencies, type RunOptions } from "./interpreter.ts";
export type { Machine } from "./machine.ts";
export { type ParseOptions, parseMachine } from "./parse-machine.ts";
export { PAYLOAD_BYTES_MAX } from "./payload.ts";
export { functionSubstitutions } from "./placeholders.ts";
export type { Sleep } from "./time.ts";
