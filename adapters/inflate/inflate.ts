import { Gunzip, Inflate as StreamingInflate } from "fflate";
import type { Inflate } from "#ports/inflate";

/** ports/inflate over fflate: node:zlib streams only through its thread pool, which a handler does not wait for. */
export const inflate: Inflate = {
  open(onBytes) {
    const made: Uint8Array[] = [];
    const stream = new StreamingInflate((bytes) => void made.push(bytes));
    return {
      push(bytes, last) {
        undamaged(() => stream.push(bytes, last));
        // Outside of the catch: what the caller throws is no damage.
        for (const each of made.splice(0)) onBytes(each);
      },
    };
  },

  openGzip(onBytes, onMember) {
    const made: (Uint8Array | number)[] = [];
    const stream = new Gunzip((bytes) => void made.push(bytes));
    stream.onmember = (start) => void made.push(start);
    return {
      push(bytes, last) {
        // With its last bytes the library looks for no further member: they are never the last that it is given.
        undamaged(() => stream.push(bytes, false));
        if (last) undamaged(() => stream.push(new Uint8Array(0), true));
        for (const each of made.splice(0)) {
          if (typeof each === "number") onMember(each);
          else onBytes(each);
        }
      },
    };
  },
};

function undamaged(push: () => void): void {
  try {
    push();
  } catch (cause) {
    throw new RangeError("the compressed data are damaged or end early", { cause });
  }
}
