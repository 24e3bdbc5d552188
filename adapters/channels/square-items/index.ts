export { squareItemsFormat } from "./square-items-format.ts";
