import { formatMinorUnits } from "#domain/money";
import { type Certificate, type CertificateRow, certificateOf } from "#domain/reports";
import { type IssuedCertificate, issueCertificate } from "#functions/issue-certificate";
import type { Hub } from "#hub";
import { moneyItems } from "./read-day-money.ts";
import { grouped, heading, table } from "./table.ts";

export interface CertificateAnswer {
  readonly certificate: Certificate & { readonly hash: string };
  readonly issued: IssuedCertificate;
}

/** Compares all sides for a day, and puts the answer on record under its hash. */
export async function certificateOfDay(hub: Hub, date: string): Promise<CertificateAnswer> {
  const certificate = certificateOf(date, await moneyItems(hub, date));
  return { certificate, issued: await issueCertificate(hub, certificate) };
}

/** Machine output: the certificate with its hash, amounts as decimal strings. */
export function certificateJson({ certificate, issued }: CertificateAnswer) {
  const { date, hash, complete, rows } = certificate;
  return {
    date,
    hash,
    complete,
    transaction: issued.transaction,
    issuedAt: issued.issuedAt,
    isNew: issued.isNew,
    earlier: issued.earlier,
    rows: rows.map((row) => {
      const { kind, name, currency, means, source, lineage, erp, bank, differences } = row;
      const side = (each: CertificateRow["source"]) => ({ count: each.count, amount: money(each.amount, row) });
      return {
        kind,
        name,
        currency,
        means,
        source: side(source),
        lineage: side(lineage),
        erp: side(erp),
        bank: bank === null ? null : side(bank),
        differences: differences.map((each) => ({ ...each, amount: money(each.amount, row) })),
      };
    }),
  };
}

export function certificateText({ certificate, issued }: CertificateAnswer, columns: number): string {
  const { date, hash, rows, complete } = certificate;
  const differing = rows.flatMap((row) => row.differences.map((difference) => ({ row, difference })));
  return [
    heading(`Completeness of ${date}: ${complete ? "every side agrees" : `${differing.length} differences, each named below`}`),
    ...kinds.flatMap(([kind, title]) => {
      const here = rows.filter((row) => row.kind === kind);
      return here.length === 0 ? [] : [sidesTable(title, here, columns)];
    }),
    ...(differing.length === 0 ? [] : [heading("Differences"), differencesTable(differing, columns)]),
    "",
    `SHA-256 ${hash}`,
    issuedText(issued),
  ].join("\n");
}

const kinds = [
  ["channel-day", "channel, and where its money went"],
  ["store-day", "store, and where its money went"],
  ["payout", "payout"],
] as const;

/** Each cell is how many, and how much. */
function sidesTable(title: string, rows: readonly CertificateRow[], columns: number): string {
  const side = (row: CertificateRow, each: CertificateRow["source"] | null) =>
    each === null ? "" : `${grouped(String(each.count))} · ${grouped(money(each.amount, row))}`;
  return table(
    [
      { title, wrap: true },
      { title: "source", align: "right" },
      { title: "lineage", align: "right" },
      { title: "ERP", align: "right" },
      { title: "bank", align: "right" },
    ],
    rows.map((row) => [nameOf(row), side(row, row.source), side(row, row.lineage), side(row, row.erp), side(row, row.bank)]),
    columns,
  );
}

function nameOf({ kind, name, means, currency }: CertificateRow): string {
  return [name, kind === "payout" ? "" : `: ${means}`, currency === "" ? "" : `, ${currency}`].join("");
}

function differencesTable(
  differing: readonly { readonly row: CertificateRow; readonly difference: CertificateRow["differences"][number] }[],
  columns: number,
): string {
  return table(
    [
      { title: "of", wrap: true },
      { title: "between" },
      { title: "how many", align: "right" },
      { title: "amount", align: "right" },
      { title: "why, and the first of them", wrap: true },
    ],
    differing.map(({ row, difference: { between, count, amount, reason, transactions } }) => [
      nameOf(row),
      between,
      grouped(String(count)),
      grouped(money(amount, row)),
      `${reason}: ${transactions[0] ?? ""}`,
    ]),
    columns,
  );
}

function issuedText({ isNew, issuedAt, earlier, transaction }: IssuedCertificate): string {
  const last = earlier.at(-1);
  const before = last === undefined ? "" : ` Facts have come since the one of ${last.issuedAt} (${last.hash.slice(0, 12)}…).`;
  return isNew ? `On record since now in ${transaction}.${before}` : `The same as was put on record at ${issuedAt} in ${transaction}.`;
}

function money(amount: number, { currency }: CertificateRow): string {
  return currency === "" ? String(amount) : formatMinorUnits(amount, currency);
}
