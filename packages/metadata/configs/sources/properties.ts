// The text of a properties file, as java.util.Properties reads it:
//   # comment, ! comment
//   key = value      key: value      key value      key
//   listeners = PLAINTEXT://:9092,\        a line that ends in a backslash goes on
//               CONTROLLER://:9093         without the blanks that this one begins with
// Escapes: \t \n \r \f \uXXXX; before any other character the backslash is dropped.

import { Fault } from "@odradek/base";

export interface Property {
  readonly name: string;
  readonly text: string;
  /** Where it begins, from 1. */
  readonly line: number;
}

/** In the order of the file; a name that comes twice is there twice, and the last one counts. */
export function parseProperties(text: string): Property[] {
  return logicalLines(text).map(({ content, line }) => {
    const [name, value] = split(content);
    return { name: unescape(name, line), text: unescape(value, line), line };
  });
}

interface Line {
  readonly content: string;
  readonly line: number;
}

/** Comments and blank lines left away, continued lines joined, blanks at the beginning dropped. */
function logicalLines(text: string): Line[] {
  const lines: Line[] = [];
  let open: Line | undefined;
  text.split(/\r\n|\r|\n/).forEach((natural, i) => {
    const trimmed = natural.replace(/^[ \t\f]+/, "");
    if (open === undefined && /^([#!]|$)/.test(trimmed)) return;
    const goesOn = /(?<!\\)(\\\\)*\\$/.test(trimmed);
    const part = goesOn ? trimmed.slice(0, -1) : trimmed;
    const joined: Line = { content: (open?.content ?? "") + part, line: open?.line ?? i + 1 };
    open = goesOn ? joined : undefined;
    if (!goesOn) lines.push(joined);
  });
  // A backslash at the very end of the file continues with nothing.
  if (open !== undefined) lines.push(open);
  return lines.filter(({ content }) => content !== "");
}

/** At the first "=", ":" or blank that is not escaped. */
function split(content: string): [string, string] {
  const name = /^(?:\\.|[^\\=: \t\f])*/s.exec(content)?.[0] ?? "";
  const separator = /^[ \t\f]*[=:]?[ \t\f]*/.exec(content.slice(name.length))?.[0] ?? "";
  return [name, content.slice(name.length + separator.length)];
}

const ESCAPES: Readonly<Record<string, string>> = { t: "\t", n: "\n", r: "\r", f: "\f" };

function unescape(text: string, line: number): string {
  return text.replaceAll(/\\(u([0-9a-fA-F]{4})|.|$)/gs, (_, sequence: string, code?: string) => {
    if (code !== undefined) return String.fromCharCode(parseInt(code, 16));
    if (sequence === "u") {
      const problem = "\\u must be followed by four hexadecimal digits";
      throw new Fault("configuration", `Cannot read line ${line} of the properties: ${problem}`);
    }
    return ESCAPES[sequence] ?? sequence;
  });
}
