// Where the executable begins, after the launcher has found the right Node.

import { argumentsAs } from "./registry.ts";
import { run } from "./program.ts";
import { processTerminal } from "./terminal.ts";

/** How the program was called; the launcher says it where it stands between. */
const program = process.env["ODRADEK_PROGRAM"] ?? process.argv[1] ?? "";
const args = argumentsAs(program, process.argv.slice(2));
const terminal = processTerminal(args);
const exitCode = await run(args, terminal);
await terminal.flush();
process.exit(exitCode);
