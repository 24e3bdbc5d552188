import type { KnownPoslogDialect, PoslogDialect } from "#domain/pos-dialects";
import { arts } from "./arts.ts";
import { futura } from "./futura.ts";
import { gkOmnipos } from "./gk-omnipos.ts";
import { ncrAcs } from "./ncr-acs.ts";
import { oracleXstore } from "./oracle-xstore.ts";
import { retalixR10 } from "./retalix-r10.ts";
import { wincorTpnet } from "./wincor-tpnet.ts";

/** The vendors that the hub knows, by the name under which policy chooses one. */
export const knownDialects: Readonly<Record<KnownPoslogDialect, PoslogDialect>> = {
  arts,
  "oracle-xstore": oracleXstore,
  "ncr-acs": ncrAcs,
  "wincor-tpnet": wincorTpnet,
  "retalix-r10": retalixR10,
  "gk-omnipos": gkOmnipos,
  futura,
};
