// Tables as Kafka's tools print them: columns as wide as their longest value, but not less than
// usual, and padded to the end.

import type { Look } from "../looks.ts";
import type { Terminal } from "../terminal.ts";

export interface Column {
  readonly title: string;
  /** At least. */
  readonly width: number;
  /** Of the last column: nothing is padded. */
  readonly isRagged?: boolean;
  /** Longer values stand out. */
  readonly isFixed?: boolean;
}

export type Cell = string | number | Marked;
export type Row = readonly Cell[];

/** A value that people should see. */
export interface Marked {
  readonly value: string | number;
  readonly look: Look;
}

function textOf(cell: Cell | undefined): string {
  return typeof cell === "object" ? `${cell.value}` : `${cell}`;
}

export function printTable(
  terminal: Terminal,
  columns: readonly Column[],
  rows: readonly Row[],
): void {
  const widths = columns.map(({ width, isFixed = false }, i) =>
    isFixed ? width : Math.max(width, ...rows.map((row) => textOf(row[i]).length))
  );
  const padded = (row: Row): string[] =>
    row.map((cell, i) => {
      const text = textOf(cell);
      return columns[i]?.isRagged === true ? text : text.padEnd(widths[i] ?? 0);
    });
  terminal.print(terminal.paint("title", padded(columns.map(({ title }) => title)).join(" ")));
  for (const row of rows) {
    const cells = padded(row).map((text, i) => {
      const cell = row[i];
      return typeof cell === "object" ? terminal.paint(cell.look, text) : text;
    });
    terminal.print(cells.join(" "));
  }
}

/** What is not known, or is not there. */
export const NONE = "-";
