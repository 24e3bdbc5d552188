import * as currencies from "dinero.js/currencies";
import { expect, test } from "vitest";
import { currencyExponent, isCurrency } from "#domain/money";

const listed = Object.values(currencies as Record<string, { code: string; exponent: number }>);

test("every currency has the decimals that the money library gives it", () => {
  expect(listed.length).toBeGreaterThan(150);
  const ours = listed.map(({ code }) => [code, isCurrency(code) ? currencyExponent(code) : "unknown"]);
  expect(ours).toEqual(listed.map(({ code, exponent }) => [code, exponent]));
});

test("what is no currency of ISO 4217 is refused by name", () => {
  for (const code of ["usd", "XXX", "", "US", "USD EUR"]) {
    expect(isCurrency(code)).toBe(false);
    expect(() => currencyExponent(code)).toThrow(`unknown currency ${JSON.stringify(code)}: expected an ISO 4217 code such as USD`);
  }
});
