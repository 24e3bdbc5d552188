import { ArchiveRefused } from "./archive-refused.ts";

export const archiveEntriesMax = 500;
const partBytesMax = 4_294_967_295;
const archiveBytesMax = 8_589_934_592;
/** Files of tills pack to a thirtieth at best; DEFLATE can reach a thousandth, which only a bomb does. */
const ratioMax = 250;
/** Below this much nothing is a bomb, whatever its ratio. */
const harmlessBytes = 16_777_216;

/** Called as bytes come out, so that a bomb ends where it goes beyond its bounds. Throws ArchiveRefused. */
export function assertWithinBounds(name: string, packed: number, unpacked: number, ofArchive: number): void {
  if (unpacked > partBytesMax || ofArchive > archiveBytesMax)
    throw new ArchiveRefused("too-large", `${shown(name)} unpacks to more than a file may have; ask the sender to split it`);
  if (unpacked > harmlessBytes && unpacked > packed * ratioMax)
    throw new ArchiveRefused("bomb", `${shown(name)} unpacks to more than ${ratioMax} times its size, as no file of a till does`);
}

function shown(name: string): string {
  return JSON.stringify(name.slice(0, 80));
}
