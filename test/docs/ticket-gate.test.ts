import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { exceptionClasses } from "#domain/exceptions";
import { ticketRuleData, ticketRuleNames } from "#domain/policy";

const text = readFileSync(resolve(import.meta.dirname, "../../docs/store-day.md"), "utf8");
const gate = text.slice(text.indexOf("\n## The ticket gate\n")).split(/\n## /)[1] ?? "";
const rows = gate.split("\n").flatMap((line) => {
  const cells = line.split("|").map((cell) => cell.trim());
  return line.startsWith("| ") && !line.startsWith("| rule ") && !line.startsWith("| asks ") ? [cells.slice(1, -1)] : [];
});

test("the page has every rule of the gate once, with its standard severity and what policy may say", () => {
  const told = rows
    .filter(([name]) => name?.startsWith("`"))
    .map(([name = "", , standard, may = ""]) => [name, standard, may.split(",")[0]]);
  const known = ticketRuleNames.map((name) => {
    const { standard, fixed, takes } = ticketRuleData(name);
    return [`\`${name}\``, fixed === true ? `${standard}, always` : standard, takes === undefined ? "" : `\`${takes}\``];
  });
  expect(told.toSorted()).toEqual(known.toSorted());
});

test("what has no severity is told by a class that there is", () => {
  const classes = rows
    .filter(([first]) => !first?.startsWith("`"))
    .flatMap(([, second = ""]) => [...second.matchAll(/`([^`]+)`/g)].map(([, name]) => name));
  expect(classes.length).toBeGreaterThan(6);
  expect(classes.filter((name) => !Object.hasOwn(exceptionClasses, name ?? ""))).toEqual([]);
});
