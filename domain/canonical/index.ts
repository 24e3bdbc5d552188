export { canonicalJson, contentHash, incrementalSha256, sha256Hex, utf8ByteLength } from "./canonical.ts";
