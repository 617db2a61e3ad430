// What a command of the executable is. One file each in commands/, loaded when it is asked for.

import type { Command } from "commander";
import type { Terminal } from "./terminal.ts";

export interface CliCommand {
  readonly name: string;
  /** It lasts as long as somebody wants it, or tells by itself how far it is. */
  readonly hasProgress?: true;
  /** Declares the flags, arguments and verbs of its own command, and what it does. */
  describe(program: Command, terminal: Terminal): void;
}

export interface ToolOfVerb {
  readonly tool: string;
  readonly verb: string;
}

/** A command as the list of all knows it. */
export interface CommandEntry {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** One line for the list of all commands. */
  readonly summary: string;
  /** Kafka's scripts that it stands for, without `.sh`; some for one of its verbs. */
  readonly tools?: readonly (string | ToolOfVerb)[];
  load(): Promise<CliCommand>;
}
