import { decimal } from "./percentage.ts";

/** One day of one bank account, as the bank states it. Cents. */
export interface BankStatement {
  /** How the bank names its messages. */
  readonly bank: string;
  readonly account: string;
  readonly currency: "USD" | "CAD";
  readonly day: string;
  readonly number: number;
  readonly opening: number;
  readonly credits: readonly { readonly reference: string; readonly amount: number; readonly remittance: string }[];
}

/** CAMT.053, version 8. */
export function bankStatement({ bank, account, currency, day, number, opening, credits }: BankStatement): string {
  const entry = ({ reference, amount, remittance }: BankStatement["credits"][number]) => `
      <Ntry>
        <Amt Ccy="${currency}">${decimal(amount)}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
        <BookgDt><Dt>${day}</Dt></BookgDt><ValDt><Dt>${day}</Dt></ValDt><AcctSvcrRef>${reference}</AcctSvcrRef>
        <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>
        <NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><Amt Ccy="${currency}">${decimal(amount)}</Amt><CdtDbtInd>CRDT</CdtDbtInd><RmtInf><Ustrd>${remittance}</Ustrd></RmtInf></TxDtls></NtryDtls>
      </Ntry>`;
  const balance = (code: string, amount: number) =>
    `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp><Amt Ccy="${currency}">${decimal(amount)}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>${day}</Dt></Dt></Bal>`;
  const closing = credits.reduce((total, { amount }) => total + amount, opening);
  return `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">
  <BkToCstmrStmt>
    <GrpHdr><MsgId>${bank}-${day}</MsgId><CreDtTm>${day}T23:00:00Z</CreDtTm></GrpHdr>
    <Stmt>
      <Id>${bank}-${day}-1</Id><ElctrncSeqNb>${number}</ElctrncSeqNb><CreDtTm>${day}T23:00:00Z</CreDtTm>
      <Acct><Id><Othr><Id>${account}</Id></Othr></Id><Ccy>${currency}</Ccy></Acct>
      ${balance("OPBD", opening)}
      ${balance("CLBD", closing)}${credits.map(entry).join("")}
    </Stmt>
  </BkToCstmrStmt>
</Document>
`;
}
