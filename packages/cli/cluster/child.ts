// One node of a local cluster as a child process: its pid in a file, its lines handed on.

import { type ChildProcess, spawn } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { reason } from "@odradek/base";
import { Lines, saysReady } from "./merged_log.ts";

export interface ChildOptions {
  readonly launcher: string;
  readonly properties: string;
  /** `key=value` each. */
  readonly overrides: readonly string[];
  /** The pid file lies in it. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly line: (line: string) => void;
}

export interface Ended {
  /** How, in words. */
  readonly how: string;
  /** It said that it was ready before. */
  readonly wasReady: boolean;
}

export interface Child {
  /** Resolves when it serves; never if it ends before. */
  readonly ready: Promise<void>;
  readonly ended: Promise<Ended>;
  signal(signal: NodeJS.Signals): void;
}

/** In a process group of its own: Ctrl-C reaches the supervisor alone, which stops all in order. */
export function startChild(options: ChildOptions): Child {
  const { launcher, properties, overrides, folder, line, environment } = options;
  const flags = overrides.flatMap((one) => ["--override", one]);
  const child = spawn(process.execPath, [launcher, "start", properties, ...flags], {
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
    env: ownEnvironment(environment),
  });
  const pidFile = join(folder, "pid");
  if (child.pid !== undefined) writeFileSync(pidFile, `${child.pid}\n`);
  let isReady = false;
  const ready = new Promise<void>((resolve) => {
    readLines(child, (one) => {
      if (saysReady(one)) {
        isReady = true;
        resolve();
      }
      line(one);
    });
  });
  const ended = new Promise<Ended>((resolve) => {
    child.once("error", (error) => {
      resolve({ how: `it cannot be started: ${reason(error)}`, wasReady: false });
    });
    // Not "exit": its last lines say why.
    child.once("close", (code, signal) => {
      rmSync(pidFile, { force: true });
      const how = signal === null ? `with status ${code}` : `by ${signal}`;
      resolve({ how: `it has ended ${how}`, wasReady: isReady });
    });
  });
  return { ready, ended, signal: (signal) => void child.kill(signal) };
}

function readLines(child: ChildProcess, take: (line: string) => void): void {
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    const lines = new Lines();
    stream.setEncoding("utf8");
    stream.on("data", (piece: string) => lines.add(piece).forEach(take));
    stream.on("end", () => lines.end().forEach(take));
  }
}

/** What configures one node would configure all of them alike. */
function ownEnvironment(given: ChildOptions["environment"]): NodeJS.ProcessEnv {
  const isOwn = (name: string): boolean =>
    name.startsWith("KAFKA_") || name === "CLUSTER_ID" || name === "ODRADEK_STARTED_MS";
  return Object.fromEntries(Object.entries(given).filter(([name]) => !isOwn(name)));
}
