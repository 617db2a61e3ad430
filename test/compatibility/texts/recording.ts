// What one of Kafka's tools was asked and has said: a file of the reference's tool-output. Its form
// is the command line, standard output, standard error where there was any, and the exit status.

import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** Of a tool or of a command of ours; lines without their ends. */
export interface Text {
  readonly out: readonly string[];
  readonly err: readonly string[];
  readonly code: number;
}

export interface Recording {
  /** The tool's name, and its arguments. */
  readonly words: readonly string[];
  /** The file that was its standard input. */
  readonly inputFile?: string | undefined;
  readonly text: Text;
}

/** Of `folder/name.txt`. */
export async function readRecording(folder: string, name: string): Promise<Recording> {
  const [first = "", ...rest] = (await readFile(join(folder, `${name}.txt`), "utf8")).split("\n");
  const [command = "", inputFile] = first.replace(/^\$ /, "").split(" < ");
  const end = rest.findLastIndex((line) => line.startsWith("--- exit "));
  const said = rest.slice(0, end);
  const errorsFrom = said.indexOf("--- stderr");
  return {
    words: wordsOf(command),
    inputFile,
    text: {
      out: errorsFrom === -1 ? said : said.slice(0, errorsFrom),
      err: errorsFrom === -1 ? [] : said.slice(errorsFrom + 1),
      code: Number(rest[end]?.replace("--- exit ", "")),
    },
  };
}

/** As a shell cuts it: at blanks, but not within quotes. Tabs are part of a word. */
function wordsOf(command: string): string[] {
  const words = command.match(/(?:'[^']*'|[^' ])+/g) ?? [];
  return words.map((word) => word.replaceAll("'", ""));
}

export function linesOf(output: string): string[] {
  const lines = output.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}
