// odradek metadata-shell: walks through a snapshot of the metadata, or a segment of its log, as
// through directories and files (kafka-metadata-shell). Needs no node.

import { createInterface } from "node:readline/promises";
import { Readable } from "node:stream";
import type { CliCommand } from "../command.ts";
import { Failure } from "../failure.ts";
import { readMetadata } from "../shell/read.ts";
import { ShellSession, SINGLE } from "../shell/session.ts";
import { treeOf } from "../shell/tree.ts";
import type { Terminal } from "../terminal.ts";

interface ShellFlags {
  readonly snapshot: string;
}

const PROMPT = ">> ";

export const metadataShell: CliCommand = {
  name: "metadata-shell",
  hasProgress: true,
  describe(program, terminal) {
    program
      .requiredOption("-s, --snapshot <file>", "a .checkpoint, or a .log of __cluster_metadata")
      .argument("[command...]", `one command: ${SINGLE.join(", ")}; none: they are typed`)
      .action((words: string[], flags: ShellFlags) => run(words, flags, terminal));
  },
};

async function run(
  words: readonly string[],
  { snapshot }: ShellFlags,
  terminal: Terminal,
): Promise<void> {
  const session = new ShellSession(treeOf(await readMetadata(snapshot)));
  if (words.length === 0) return await typed(session, terminal);
  for (const line of session.run(words, SINGLE)) {
    terminal.print(line);
    await terminal.flush();
  }
  if (session.hasFailed) throw new Failure("");
}

async function typed(session: ShellSession, terminal: Terminal): Promise<void> {
  const prompt = (): void => {
    if (terminal.isInputTyped) terminal.write(PROMPT);
  };
  if (terminal.isInputTyped) terminal.print("[ Kafka Metadata Shell ]");
  prompt();
  const lines = createInterface({ input: Readable.from(terminal.input), crlfDelay: Infinity });
  for await (const line of lines) {
    for (const shown of session.line(line)) terminal.print(shown);
    if (session.isOver) return;
    prompt();
  }
}
