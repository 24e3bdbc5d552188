import { value } from "./imports-itself-back.ts";

export const itself: number = value;
