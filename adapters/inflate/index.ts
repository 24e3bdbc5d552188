export { inflate } from "./inflate.ts";
