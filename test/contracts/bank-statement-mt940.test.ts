import { mt940 } from "#adapters/banks/mt940";
import { bankStatementContract } from "./bank-statement-contract.ts";

bankStatementContract({
  format: mt940,
  golden: [
    { file: "one.mt940", settings: { account: "DE02120300000000202051" } },
    { file: "statements.mt940", settings: {} },
  ],
  foreign: ["camt053-v02.xml", "camt053-v08.xml"],
  unbalance: (text) => text.replace("C100,00NTRF", "C100,01NTRF"),
  showsItsEnd: true,
  namesAccount: true,
});
