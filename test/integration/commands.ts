// The program's commands, run within the test, and what they say.

import { run } from "@odradek/cli/program";
import { MemoryTerminal } from "@odradek/cli/testing/memory_terminal";

/** Standard output, then what went to standard error, then the exit status if it is not 0. */
export async function textOf(...args: string[]): Promise<string> {
  const terminal = new MemoryTerminal();
  const code = await run(args, terminal);
  const remarks = terminal.remarks.map((line) => `${line}\n`).join("");
  return `${terminal.output}${remarks}${code === 0 ? "" : `exit ${code}\n`}`;
}
