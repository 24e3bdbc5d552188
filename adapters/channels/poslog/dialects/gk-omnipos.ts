import type { PoslogDialect } from "#domain/pos-dialects";

/** GK / SAP Omnichannel POS: POSLog 2.2 with SES: elements for what the drawer and the safe do. */
export const gkOmnipos: PoslogDialect = {
  why: "A public model of the GK POSLog structure v3, section 4.3.7: tender control under SES:, reasons 0000 where none is entered, CHECK counts in between. Its namespaces are not public: policy names it.",
  movements: { TenderLoanCarriedForward: "ignored" },
  elements: { EnvelopeID: "BagID", SafebagDocumentNumber: "BagID" },
};
