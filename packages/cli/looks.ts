// How text looks to people: titles bold, what is wrong red, what to look at yellow. Only terminals
// show it; elsewhere text stays as it is, byte for byte, for the programs that read it.

import { styleText } from "node:util";

const LOOKS = { title: "bold", bad: "red", warning: "yellow" } as const;

export type Look = keyof typeof LOOKS;

/** The text as it is shown. */
export type Paint = (look: Look, text: string) => string;

export const plain: Paint = (_, text) => text;

/** With the codes that terminals know (ECMA-48, SGR). Nothing is made of nothing. */
export const coloured: Paint = (look, text) =>
  text === "" ? "" : styleText(LOOKS[look], text, { validateStream: false });

/**
 * What stands before the first ": ", and what says all by itself: "Error: " of a failure, the
 * topic of a line. Line ends before it stay plain.
 */
export function paintHead(paint: Paint, look: Look, line: string): string {
  const [, before = "", head = "", rest = ""] = /^(\s*)(.*?(?::(?=\s)|$))(.*)$/s.exec(line) ?? [];
  return before + paint(look, head) + rest;
}

export interface Surroundings {
  readonly isTerminal: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Of the command: documents for programs have no colours, wherever they go. */
  readonly args: readonly string[];
}

/** FORCE_COLOR is stronger than NO_COLOR (no-color.org), as it is to Node. */
export function paintFor({ isTerminal, environment, args }: Surroundings): Paint {
  const { FORCE_COLOR: forced, NO_COLOR: refused, TERM: kind } = environment;
  if (args.includes("--json")) return plain;
  if (forced !== undefined) return forced === "0" || forced === "false" ? plain : coloured;
  if ((refused ?? "") !== "" || kind === "dumb") return plain;
  return isTerminal ? coloured : plain;
}
