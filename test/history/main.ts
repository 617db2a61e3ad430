// check_history [--allow KIND,…] [--examples N] FILE…: what clients recorded of their operations,
// as JSON lines, looked through for what must never be. The format: `events.ts`. Several files are
// one history, by the time of their events; "-" is the standard input.

import { Fault, reason } from "@odradek/base";
import { parseArgs } from "node:util";
import { ANOMALIES, type AnomalyKind } from "./anomalies.ts";
import { checkFiles } from "./files.ts";
import type { HistoryReport } from "./history.ts";

const KINDS = Object.keys(ANOMALIES) as readonly AnomalyKind[];

const USAGE = `Usage: node scripts/check_history.ts [--allow KIND,…] [--examples N] FILE…

FILE         JSON lines of what clients did and were told; the format: docs/histories.md
--allow      anomalies that may be: counted, and no failure
--examples   shown of each kind; 5 unless told

KIND is one of
${KINDS.map((kind) => `  ${kind.padEnd(24)}${ANOMALIES[kind]}`).join("\n")}`;

interface Command {
  readonly files: readonly string[];
  readonly allowed: ReadonlySet<AnomalyKind>;
  readonly examplesMax: number;
}

/** Fault "configuration" if nothing can be made of it. */
export function readArguments(argv: readonly string[]): Command {
  const { values, positionals } = parsed(argv);
  if (positionals.length === 0) throw unusable("name at least one file");
  const allowed = (values.allow ?? "").split(",").map((kind) => kind.trim())
    .filter((kind) => kind !== "");
  const unknown = allowed.find((kind) => !KINDS.includes(kind as AnomalyKind));
  if (unknown !== undefined) throw unusable(`there is no anomaly "${unknown}"`);
  if (!/^\d+$/.test(values.examples)) {
    throw unusable(`--examples takes a whole number, not "${values.examples}"`);
  }
  return {
    files: positionals,
    allowed: new Set(allowed as AnomalyKind[]),
    examplesMax: Number(values.examples),
  };
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { allow: { type: "string" }, examples: { type: "string", default: "5" } },
    });
  } catch (error) {
    throw unusable(reason(error));
  }
}

function unusable(message: string): Fault {
  return new Fault("configuration", message);
}

/** One line for each anomaly that is shown, one for each kind that was found, the sum last. */
export function reportLines(report: HistoryReport, allowed: ReadonlySet<AnomalyKind>): string[] {
  const { counts, examples, events, acknowledged, unknown, read, foreign, commits } = report;
  const found = KINDS.filter((kind) => counts.has(kind));
  const bad = found.filter((kind) => !allowed.has(kind));
  const of = (kinds: readonly AnomalyKind[]): number =>
    kinds.reduce((sum, kind) => sum + (counts.get(kind) ?? 0), 0);
  return [
    ...examples.map(({ kind, text }) => `${kind}: ${text}`),
    ...found.map((kind) => {
      const isAllowed = allowed.has(kind) ? " (allowed)" : "";
      return `${String(counts.get(kind)).padStart(8)} ${kind}${isAllowed}: ${ANOMALIES[kind]}`;
    }),
    `${events} events: ${acknowledged} acknowledged, ${unknown} of unknown fate, ${read} read` +
    `${foreign > 0 ? ` (${foreign} of nobody in the history)` : ""}, ${commits} commits; ` +
    `${of(bad)} anomalies${of(found) > of(bad) ? `, ${of(found) - of(bad)} allowed` : ""}`,
  ];
}

async function main(argv: readonly string[]): Promise<number> {
  try {
    const { files, allowed, examplesMax } = readArguments(argv);
    const report = await checkFiles(files, { examplesMax });
    for (const line of reportLines(report, allowed)) console.log(line);
    return [...report.counts.keys()].every((kind) => allowed.has(kind)) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const usage = error.kind === "configuration" ? `\n\n${USAGE}` : "";
    console.error(`check_history: ${error.message}${usage}`);
    return 2;
  }
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
