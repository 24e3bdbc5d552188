import type { Slot } from "./cursor.ts";

const statusesMax = 8;

/** Texts that stand in the Transaction or in what it holds, by version. */
export const businessDay: Slot = ({ draft }, text) => {
  draft.businessDay = text;
};
export const transactionId: Slot = ({ draft }, text) => {
  draft.transactionId = text;
};
export const status: Slot = ({ draft }, text) => {
  if (draft.statuses.length < statusesMax) draft.statuses.push(text);
};
