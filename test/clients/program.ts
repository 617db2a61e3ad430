// A client's program as a child process: lines out, and one line in that ends it.

import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface Program {
  /** Resolves when it has ended well by itself; rejects with what it said otherwise. */
  ended(): Promise<void>;
  /** Tells it to commit, leave and end. */
  stop(): Promise<void>;
  kill(): void;
  /** Throws if it has ended although nobody told it to. */
  check(): void;
}

const ENDED_MS_MAX = 240_000;
/** Of what it says beside its results. */
const REMARKS_KEPT = 4000;

export function startProgram(
  [command = "", ...first]: readonly string[],
  args: readonly string[],
  take: (line: string) => void,
): Program {
  // A group of processes of its own: what is run by a shell ends with the shell.
  const child = spawn(command, [...first, ...args], {
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  let remarks = "";
  const remark = (text: string): void => {
    remarks = `${remarks}${text}`.slice(-REMARKS_KEPT);
  };
  createInterface(child.stdout).on("line", (line) => {
    if (line.startsWith("r ")) take(line);
    else remark(`${line}\n`);
  });
  child.stderr.on("data", (chunk: Buffer) => remark(chunk.toString()));
  // One that has ended reads nothing more.
  child.stdin.on("error", () => undefined);
  let failure: Error | undefined;
  let isOver = false;
  const ending = new Promise<void>((resolve) => {
    child.once("error", (error) => {
      failure = error;
      resolve();
    });
    child.once("close", (code) => {
      isOver = true;
      if (code !== 0) failure ??= new Error(`${args[0]} ended with ${code}:\n${remarks}`);
      resolve();
    });
  });
  const ended = async (): Promise<void> => {
    const timer = setTimeout(() => {
      failure = new Error(`${args[0]} did not end:\n${remarks}`);
      killGroup(child);
    }, ENDED_MS_MAX);
    await ending;
    clearTimeout(timer);
    if (failure !== undefined) throw failure;
  };
  return {
    ended,
    stop() {
      child.stdin.end("stop\n");
      return ended();
    },
    kill: () => killGroup(child),
    check() {
      if (isOver) throw failure ?? new Error(`${args[0]} ended by itself:\n${remarks}`);
    },
  };
}

/** The program, and what it has started: kcat under its shell. */
function killGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  process.kill(-pid, "SIGKILL");
}
