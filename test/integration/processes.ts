// Real nodes as child processes, for tests and scripts: started on free ports over folders of their
// own, and ended whatever happens.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const launcher = fileURLToPath(
  new URL("../../packages/cli/launcher/odradek.mjs", import.meta.url),
);

/** Below the ephemeral range: a client's own port can then never be the one it connects to. */
const PORTS = { from: 20_000, to: 32_000 } as const;
/** Machines that do much else are slow, nodes that hang never come. */
const READY_MS_MAX = 120_000;

/** A port that is free now, and so is the controller's, ten further on. */
export async function freePort(): Promise<number> {
  return await freePorts(1);
}

/** The first of so many, one after the other, as `freePort` each. */
export async function freePorts(count: number): Promise<number> {
  for (;;) {
    const port = PORTS.from + Math.floor(Math.random() * (PORTS.to - PORTS.from));
    const all = Array.from({ length: count }, (_, i) => [port + i, port + 10 + i]).flat();
    const free = await Promise.all(all.map(isFree));
    if (free.every((one) => one)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

export async function temporaryFolder(name: string): Promise<string> {
  return await mkdtemp(join(tmpdir(), `odradek-${name}-`));
}

export async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
}

export interface NodeProcess {
  readonly pid: number;
  readonly port: number;
  /** `127.0.0.1:port` */
  readonly address: string;
  /** What it wrote so far. */
  output(): string;
  /** In order. Resolves with its exit status. */
  stop(): Promise<number | null>;
  /** By itself. Resolves with its exit status. */
  ended(): Promise<number | null>;
  /** SIGKILL. */
  kill(): Promise<void>;
}

export interface NodeProcessOptions {
  readonly port: number;
  readonly dataDir: string;
  /** `key=value` each. */
  readonly overrides?: readonly string[];
  /** How long it may take until it is ready. */
  readonly readyMsMax?: number;
  /** A command that becomes the one behind it, in another network for one. */
  readonly through?: readonly string[];
}

/** Resolves when the node says that it is ready. Rejects with its output if it ends before. */
export async function startProcess(options: NodeProcessOptions): Promise<NodeProcess> {
  const { port, dataDir, overrides = [], through = [] } = options;
  const settings = [
    `listeners=PLAINTEXT://127.0.0.1:${port}`,
    `log.dirs=${dataDir}`,
    "odradek.metrics.listener=",
    ...overrides,
  ];
  const args = settings.flatMap((setting) => ["--override", setting]);
  const [command = "", ...rest] = [...through, process.execPath, launcher, "start", ...args];
  const child = spawn(command, rest, { cwd: tmpdir(), stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const take = (chunk: Buffer): void => {
    output += chunk.toString();
  };
  child.stdout.on("data", take);
  child.stderr.on("data", take);
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  endWithUs(child);
  await ready(child, () => output, options.readyMsMax ?? READY_MS_MAX);
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    return await ended;
  };
  return {
    pid: child.pid ?? -1,
    port,
    address: `127.0.0.1:${port}`,
    output: () => output,
    stop: () => end("SIGTERM"),
    ended: () => ended,
    kill: async () => void await end("SIGKILL"),
  };
}

/** Also a test that dies leaves no node behind. */
function endWithUs(child: ChildProcess): void {
  const end = (): void => void child.kill("SIGKILL");
  process.once("exit", end);
  child.once("exit", () => process.off("exit", end));
}

function ready(child: ChildProcess, output: () => string, msMax: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error(`Not ready after ${msMax / 1000} s:\n${output()}`));
    }, msMax);
    const done = (action: () => void): void => {
      clearTimeout(timer);
      action();
    };
    child.stdout?.on("data", () => {
      if (/ ready in \d+ ms on /.test(output())) done(resolve);
    });
    child.once("exit", (code) => done(() => reject(new Error(`exit ${code}:\n${output()}`))));
  });
}

/** What a start that must fail says on standard error, and its exit status. */
export function failedStart(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number | null; readonly output: string }> {
  const env = { ...process.env, ...environment };
  const child = spawn(process.execPath, [launcher, "start", ...args], { cwd: tmpdir(), env });
  let output = "";
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill("SIGKILL"), READY_MS_MAX);
    child.once("close", (code) => {
      clearTimeout(timer);
      resolve({ code, output });
    });
  });
}
