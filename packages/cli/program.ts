// From arguments to a command that has run: help, versions, and one line for whatever goes wrong.

import { Fault } from "@odradek/base";
import { BrokerRefused } from "@odradek/client/refused";
import { Command, CommanderError } from "commander";
import type { CliCommand } from "./command.ts";
import { Failure } from "./failure.ts";
import { paintHead } from "./looks.ts";
import { Progress } from "./progress.ts";
import { commandNamed, COMMANDS } from "./registry.ts";
import type { Terminal } from "./terminal.ts";

export const VERSION = "0.1.0";

/** The exit status. Bugs are thrown. */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const { program, chosen } = await programFor(args, terminal);
    using _ = chosen?.hasProgress === true ? undefined : new Progress(terminal, {});
    await program.parseAsync([...args], { from: "user" });
    return 0;
  } catch (error) {
    return explain(error, terminal);
  }
}

/** Knows all commands by name, and everything of the one that is asked for. */
async function programFor(args: readonly string[], terminal: Terminal): Promise<{
  readonly program: Command;
  readonly chosen: CliCommand | undefined;
}> {
  const program = new Command("odradek");
  program.description("A Kafka-compatible broker and its tools");
  program.version(`odradek ${VERSION}`, "--version", "show the version");
  speakPlainly(program, terminal);
  const asked = args[0] === "help" ? args[1] : args[0];
  const entryAsked = asked === undefined ? undefined : commandNamed(asked);
  const chosen = await entryAsked?.load();
  for (const entry of COMMANDS) {
    const command = program.command(entry.name).summary(entry.summary).description(entry.summary);
    command.aliases(entry.aliases ?? []);
    if (entry === entryAsked) chosen?.describe(command, terminal);
    speakPlainly(command, terminal);
  }
  return { program, chosen };
}

/** Errors are thrown, and texts go where everything goes. */
function speakPlainly(command: Command, terminal: Terminal): void {
  command.exitOverride();
  command.configureOutput({
    writeOut: (text) => terminal.write(text),
    writeErr: (text) => terminal.remark(text.trimEnd()),
    // Told once, by `explain`.
    outputError: () => undefined,
    // What the terminal paints is to stay.
    getOutHasColors: () => true,
  });
  command.configureHelp({ styleTitle: (title) => terminal.paint("title", title) });
  for (const verb of command.commands) speakPlainly(verb, terminal);
}

function explain(error: unknown, terminal: Terminal): number {
  if (error instanceof CommanderError) {
    const isAnswer = error.code === "commander.helpDisplayed" ||
      error.code === "commander.version" || error.code === "commander.help";
    if (!isAnswer) terminal.remark(oneLine(error.message), "bad");
    return error.exitCode;
  }
  if (error instanceof Failure) {
    if (error.message === "") return error.exitCode;
    if (error.to === "stdout") terminal.print(paintHead(terminal.paint, "bad", error.message));
    else terminal.remark(error.message, "bad");
    return error.exitCode;
  }
  if (error instanceof Fault || error instanceof BrokerRefused) {
    terminal.remark(oneLine(error.message) + hintOf(error), "bad");
    return 1;
  }
  throw error;
}

/** What to do where a node of the other kind was asked. */
function hintOf(error: Fault | BrokerRefused): string {
  if (!(error instanceof BrokerRefused)) return "";
  if (error.error === "NOT_CONTROLLER" && !error.message.startsWith("No controller leads")) {
    return ": no controller leads at the moment, look whether most of them run";
  }
  if (error.error !== "MISMATCHED_ENDPOINT_TYPE") return "";
  const isBroker = error.message.endsWith("not a controller");
  return isBroker ? ": ask it with --bootstrap-server" : ": --bootstrap-server takes brokers";
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, " ");
}
