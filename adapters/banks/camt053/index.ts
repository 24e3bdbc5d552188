export { camt053 } from "./camt053.ts";
