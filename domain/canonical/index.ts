export { canonicalJson, contentHash, incrementalSha256, sha256Hex, utf8ByteLength } from "./canonical.ts";
export type { Sha256Standing } from "./pausing-sha256.ts";
export { pausingSha256 } from "./pausing-sha256.ts";
