// A line of the shell: its words, the command that it names, and whether its arguments can be.

import { SHELL_COMMANDS, type ShellCommand, type ShellState } from "./commands.ts";
import type { ShellDirectory } from "./node.ts";
import { wordsIn } from "./words.ts";

/** What can be asked for in one line from outside. */
export const SINGLE = ["cat", "find", "ls", "tree"];

export class ShellSession {
  readonly #state: ShellState;

  constructor(root: ShellDirectory) {
    this.#state = { root, place: [], history: [], isOver: false, hasFailed: false };
  }

  get isOver(): boolean {
    return this.#state.isOver;
  }

  /** Something of what was asked for could not be done. */
  get hasFailed(): boolean {
    return this.#state.hasFailed;
  }

  line(text: string): Iterable<string> {
    const words = wordsIn(text);
    if ((words[0] ?? "") === "") return [];
    this.#state.history.push(text.trim());
    return this.run(words, [...SHELL_COMMANDS.keys()]);
  }

  /** `known`: which commands there are. */
  run([name = "", ...args]: readonly string[], known: readonly string[]): Iterable<string> {
    const command = known.includes(name) ? SHELL_COMMANDS.get(name) : undefined;
    const problem = command === undefined
      ? `invalid choice: '${name}' (choose from ${known.map((one) => `'${one}'`).join(", ")})`
      : problemOf(args, command);
    if (problem === undefined) return command?.run(args, this.#state) ?? [];
    this.#state.hasFailed = true;
    return [problem];
  }
}

function problemOf(args: readonly string[], { least, most }: ShellCommand): string | undefined {
  const unknown = args.find((arg) => arg.startsWith("-")) ?? args[most];
  if (unknown !== undefined) return `unrecognized arguments: '${unknown}'`;
  return args.length < least ? "too few arguments" : undefined;
}
