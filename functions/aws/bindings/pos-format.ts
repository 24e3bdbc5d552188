import { posFormats, posTableFormat } from "#adapters/pos-formats";
import type { PosFormats } from "#functions/known-pos-formats";

export const formats: PosFormats["formats"] = posFormats;
export const tableFormat: PosFormats["tableFormat"] = posTableFormat;
