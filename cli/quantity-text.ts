/** Millionths as a decimal without trailing zeros: -1500000 is "-1.5". */
export function quantityText(millionths: number): string {
  const whole = Math.trunc(millionths / 1_000_000);
  const fraction = String(Math.abs(millionths % 1_000_000))
    .padStart(6, "0")
    .replace(/0+$/, "");
  return `${millionths < 0 && whole === 0 ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}`;
}
