export { mt940 } from "./mt940.ts";
