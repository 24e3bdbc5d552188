export type { RefundMoney } from "./refund-money.ts";
export { weighRefund } from "./refund-money.ts";
export type { Restock, ReturnedUnits } from "./units.ts";
export { splitReturnedUnits } from "./units.ts";
