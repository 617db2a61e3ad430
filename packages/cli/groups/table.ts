// Tables as Kafka's tools print them: columns as wide as their longest value, but not less than
// usual, and padded to the end.

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

export type Row = readonly (string | number)[];

export function printTable(
  terminal: Terminal,
  columns: readonly Column[],
  rows: readonly Row[],
): void {
  const widths = columns.map(({ width, isFixed = false }, i) =>
    isFixed ? width : Math.max(width, ...rows.map((row) => `${row[i]}`.length))
  );
  for (const row of [columns.map(({ title }) => title), ...rows]) {
    const cells = row.map((value, i) =>
      columns[i]?.isRagged === true ? `${value}` : `${value}`.padEnd(widths[i] ?? 0)
    );
    terminal.print(cells.join(" "));
  }
}

/** What is not known, or is not there. */
export const NONE = "-";
