// The part of docs/cli.md that the check holds true.

import { DIFFERENCES, namesOf } from "./differences.ts";
import { LATER } from "./later.ts";

const BEGIN = "<!-- texts: written by scripts/check_texts.ts --write -->";
const END = "<!-- end of texts -->";

/** The page with the tables of today. */
export function pageWith(page: string, equal: number): string {
  const from = page.indexOf(BEGIN);
  const to = page.indexOf(END);
  if (from === -1 || to === -1) throw new Error(`docs/cli.md has no lines ${BEGIN} and ${END}`);
  return `${page.slice(0, from + BEGIN.length)}\n\n${tables(equal)}\n${page.slice(to)}`;
}

function tables(equal: number): string {
  const listed = (names: string[]) => names.map((name) => name.replace(/^kafka-/, "")).join(", ");
  return [
    `${equal} of the recorded texts are the same, line by line. These differ, and mean to:`,
    "",
    "| odradek | because | seen in |",
    "|---|---|---|",
    ...DIFFERENCES.map(({ ours, reason, files }) =>
      `| ${ours} | ${reason.replaceAll("|", "\\|")} | ${listed(namesOf(files))} |`
    ),
    "",
    "These belong to parts that are not compared yet:",
    "",
    "| part | texts |",
    "|---|---|",
    ...Object.entries(LATER).map(([part, names]) => `| ${part} | ${listed(namesOf(names))} |`),
    "",
  ].join("\n");
}
