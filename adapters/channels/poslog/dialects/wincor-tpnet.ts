import type { PoslogDialect } from "#domain/pos-dialects";

/** Wincor Nixdorf TP.net: POSLog 2.2 with WN: elements; a corrected ticket names the one that it takes the place of. */
export const wincorTpnet: PoslogDialect = {
  why: "TP.net's own transformation to POSLog 2.2.1 (post-voids link without a business day, WN:Corrected, Resume) and a public sample from a Wincor estate.",
  namespaces: ["http://www.wincor-nixdorf.com"],
  links: { "WN:Corrected": "replaced" },
};
