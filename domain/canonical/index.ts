export { canonicalJson, contentHash, incrementalSha256, sha256Hex } from "./canonical.ts";
