import type { PosFormat } from "#ports/pos-format";
import { PoslogReader } from "./read-poslog.ts";

/** ARTS/NRF IXRetail POSLog, versions 2.x and 6.x, whatever its namespace: one reader for both, since the local names agree. */
export const poslogFormat: PosFormat = {
  name: "poslog",
  recognises(head) {
    const text = new TextDecoder().decode(head);
    return /^\uFEFF?\s*</.test(text) && /<(?:[\w.-]+:)?(?:POSLog|Transaction)[\s>/]/.test(text);
  },
  open: (settings, sink) => new PoslogReader(settings, sink),
};
