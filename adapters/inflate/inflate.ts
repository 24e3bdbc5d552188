import { Inflate as StreamingInflate } from "fflate";
import type { Inflate } from "#ports/inflate";

/** ports/inflate over fflate: node:zlib streams only through its thread pool, which a handler does not wait for. */
export const inflate: Inflate = {
  open(onBytes) {
    const made: Uint8Array[] = [];
    const stream = new StreamingInflate((bytes) => void made.push(bytes));
    return {
      push(bytes, last) {
        try {
          stream.push(bytes, last);
        } catch (cause) {
          throw new RangeError("the compressed data are damaged or end early", { cause });
        }
        // Outside of the catch: what the caller throws is no damage.
        for (const each of made.splice(0)) onBytes(each);
      },
    };
  },
};
