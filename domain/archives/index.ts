export { ArchiveRefused } from "./archive-refused.ts";
export { openCrc32 } from "./crc32.ts";
export type { DeliveryManifest } from "./delivery-manifest.ts";
export { checkDelivery, deliveryManifestBytesMax, readDeliveryManifest } from "./delivery-manifest.ts";
export { archiveKind, assertGzipHeader, gzipMembersMax, gzipTrailerBytes, readGzipTrailer } from "./gzip-frame.ts";
export { assertWithinBounds } from "./unpack-bounds.ts";
export type { ZipEntry } from "./zip-directory.ts";
export { readZipDirectory, readZipEnd, zipDataStart, zipTailBytes } from "./zip-directory.ts";
