// A recording and what we say, line by line, after all that may differ has been taken into account.

import { DIFFERENCES, type Difference, namesOf } from "./differences.ts";
import { asOnOneNode, normal } from "./normal.ts";
import type { Recording, Text } from "./recording.ts";
import type { Place } from "./session.ts";
import { VIEWS } from "./views.ts";

export function differencesOf(name: string): Difference[] {
  return DIFFERENCES.filter(({ files }) => namesOf(files).includes(shortOf(name)));
}

function shortOf(name: string): string {
  return name.replace(/^kafka-/, "");
}

interface Comparison {
  readonly name: string;
  readonly recording: Recording;
  readonly said: Text;
  readonly place: Place;
  /** What is said without the words of a difference. */
  readonly saidPlainly?: Text | undefined;
}

/** What is wrong; empty: nothing. */
export function problemsOf({ name, recording, said, place, saidPlainly }: Comparison): string[] {
  const view = VIEWS[name] ?? ((text: Text) => text);
  const problems: string[] = [];
  let theirs = normal(asOnOneNode(recording.text), place);
  let ours = normal(said, place);
  for (const { ours: what, rewrite, without, words } of differencesOf(name)) {
    const before = view(theirs);
    if (rewrite !== undefined) theirs = rewrite(theirs, shortOf(name));
    if (rewrite !== undefined && isSame(before, view(theirs))) {
      problems.push(`is no difference any more: ${what}`);
    }
    for (const beginning of without ?? []) {
      const of = ({ out }: Text) => out.filter((line) => line.startsWith(beginning)).join("\n");
      if (of(theirs) === of(ours)) problems.push(`does not differ in "${beginning.trim()}"`);
      theirs = left(theirs, beginning);
      ours = left(ours, beginning);
    }
    if (words !== undefined && saidPlainly !== undefined) {
      const plain = view(normal(saidPlainly, place));
      if (isSame(plain, view(ours))) problems.push(`needs no ${words.join(" ")} any more`);
    }
  }
  return [...problems, ...linesThatDiffer(view(theirs), view(ours))];
}

function left({ out, err, code }: Text, beginning: string): Text {
  return { out: out.filter((line) => !line.startsWith(beginning)), err, code };
}

function isSame(a: Text, b: Text): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** How many of a text are told. */
const LINES_MAX = 12;

function linesThatDiffer(theirs: Text, ours: Text): string[] {
  if (isSame(theirs, ours)) return [];
  const lines: string[] = [];
  for (const part of ["out", "err"] as const) {
    if (theirs[part].join("\n") === ours[part].join("\n")) continue;
    const missing = theirs[part].filter((line) => !ours[part].includes(line));
    const added = ours[part].filter((line) => !theirs[part].includes(line));
    if (missing.length + added.length === 0) lines.push(`${part}: other order or number of lines`);
    lines.push(...missing.slice(0, LINES_MAX).map((line) => `${part} - ${line}`));
    lines.push(...added.slice(0, LINES_MAX).map((line) => `${part} + ${line}`));
  }
  if (theirs.code !== ours.code) lines.push(`exit ${theirs.code}, ours ${ours.code}`);
  return lines;
}
