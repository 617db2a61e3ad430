// The results as a table for people: medians, with the spread over the rounds in brackets.

import { movedSince, ratioOf, type Results, type Row, type Spread, spreadOf } from "./results.ts";

/** `before`: an older run, whose figures of the first broker are compared. */
export function tableOf(results: Results, before?: Results): string {
  const { subjects, rows } = results;
  const [first = ""] = subjects;
  const last = subjects.at(-1) ?? "";
  const isPair = subjects.length > 1;
  const heads = [
    "",
    "",
    ...subjects,
    ...(isPair ? [`${first} / ${last}`] : []),
    ...(before === undefined ? [] : [`${first} / stored`]),
  ];
  const lines = rows.map((row, i) => [
    rows[i - 1]?.row === row.row ? "" : row.row,
    row.metric,
    ...subjects.map((subject) => spreadText(spreadOf(row.figures[subject]))),
    ...(isPair ? [spreadText(ratioOf(row, first, last))] : []),
    ...(before === undefined ? [] : [movedText(before, row, first)]),
  ]);
  return aligned([heads, ...lines]);
}

function movedText(before: Results, row: Row, subject: string): string {
  const moved = movedSince(before, row, subject);
  return moved === undefined ? "-" : numberText(moved);
}

function spreadText(spread: Spread | undefined): string {
  if (spread === undefined) return "-";
  const { median, low, high } = spread;
  if (low === high) return numberText(median);
  return `${numberText(median)} (${numberText(low)}..${numberText(high)})`;
}

/** Three digits that mean something. */
export function numberText(value: number): string {
  if (value >= 100 || value === 0) return value.toFixed(0);
  return value.toFixed(value >= 10 ? 1 : value >= 0.1 ? 2 : 3);
}

/** Columns of one width each; texts on the left, figures on the right. */
function aligned(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0))
  );
  return lines.map((line) =>
    line.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column < 2 ? cell.padEnd(width) : cell.padStart(width);
    }).join("  ").trimEnd()
  ).join("\n");
}
