// Hosts with real links between them, on this machine: each a network namespace, all on one bridge,
// with the clients on the bridge itself. A link is cut by telling one end a hardware address for
// the other that nobody has: what it sends is lost without a word, as by a broken cable, and what
// it receives arrives. Nothing of it is left when the process that made it is gone.

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { readlink } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The clients; hosts count from 1. */
export const CLIENTS = 0;
const BRIDGE = "hosts";
const NOBODY = "02:00:00:00:00:ff";
/** Set for the process that has a network of its own. */
const MARK = "ODRADEK_CHAOS_NETWORK";
const APART_MS_MAX = 5000;

interface Host {
  readonly holder: ChildProcess;
  /** What a command is run by, to be run there. */
  readonly prefix: readonly string[];
}

/** Whether this process may make hosts. */
export function isInOwnNetwork(): boolean {
  return process.env[MARK] !== undefined;
}

/** This program once more, in a network namespace. Resolves with its exit status. */
export async function againInOwnNetwork(): Promise<number> {
  const rights = process.getuid?.() === 0 ? [] : ["--map-root-user"];
  const command = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const env = { ...process.env, [MARK]: "1" };
  const child = spawn("unshare", ["--net", ...rights, "--", ...command], { stdio: "inherit", env });
  return await new Promise((resolve, reject) => {
    child.once("error", (cause) =>
      reject(new Error("Cannot make a network: unshare (util-linux) is needed", { cause })));
    child.once("exit", (code) => resolve(code ?? 1));
    // The child is in the same group and hears of Ctrl-C itself; it has cleaning up to do.
    process.on("SIGINT", () => undefined);
  });
}

export class Links implements AsyncDisposable {
  readonly #hosts: readonly Host[];
  /** How many faults have cut it, by both ends. */
  readonly #cuts = new Map<string, number>();

  private constructor(hosts: readonly Host[]) {
    this.#hosts = hosts;
  }

  static async make(count: number): Promise<Links> {
    await run("ip", ["link", "set", "lo", "up"]);
    await run("ip", ["link", "add", BRIDGE, "type", "bridge"]);
    await run("ip", ["addr", "add", `${addressOf(CLIENTS)}/24`, "dev", BRIDGE]);
    await run("ip", ["link", "set", BRIDGE, "up"]);
    const hosts: Host[] = [];
    for (let id = 1; id <= count; id++) hosts.push(await makeHost(id));
    return new Links(hosts);
  }

  /** What a command is run by, to be run on that host. */
  prefix(host: number): readonly string[] {
    return host === CLIENTS ? [] : (this.#hosts[host - 1] as Host).prefix;
  }

  /** What `from` sends to `to` is lost, until it is mended as often as it was cut. */
  async cut(from: number, to: number): Promise<void> {
    if (this.#count(from, to, 1) > 1) return;
    const rule = ["neigh", "replace", addressOf(to), "lladdr", NOBODY, "nud", "permanent"];
    await this.#ip(from, [...rule, "dev", deviceOf(from)]);
  }

  async mend(from: number, to: number): Promise<void> {
    if (this.#count(from, to, -1) > 0) return;
    await this.#ip(from, ["neigh", "del", addressOf(to), "dev", deviceOf(from)]);
  }

  #count(from: number, to: number, change: 1 | -1): number {
    const link = `${from} to ${to}`;
    const count = (this.#cuts.get(link) ?? 0) + change;
    this.#cuts.set(link, count);
    return count;
  }

  async #ip(host: number, args: readonly string[]): Promise<void> {
    const [command = "ip", ...rest] = [...this.prefix(host), "ip", ...args];
    await run(command, rest);
  }

  [Symbol.asyncDispose](): Promise<void> {
    for (const { holder } of this.#hosts) holder.stdin?.end();
    return Promise.resolve();
  }
}

export function addressOf(host: number): string {
  return `10.77.0.${host === CLIENTS ? 100 : host}`;
}

function deviceOf(host: number): string {
  return host === CLIENTS ? BRIDGE : "eth0";
}

async function makeHost(id: number): Promise<Host> {
  // Holds the namespace as long as its input is open: until we end, however that comes.
  const holder = spawn("unshare", ["--net", "--", "cat"], { stdio: ["pipe", "ignore", "inherit"] });
  const pid = holder.pid ?? -1;
  await apart(pid);
  const prefix = ["nsenter", `--net=/proc/${pid}/ns/net`, "--"];
  const [command = "", ...rest] = prefix;
  const there = (...args: string[]): Promise<unknown> => run(command, [...rest, "ip", ...args]);
  const peer = ["peer", "name", "eth0", "netns", `${pid}`];
  await run("ip", ["link", "add", `host${id}`, "type", "veth", ...peer]);
  await run("ip", ["link", "set", `host${id}`, "master", BRIDGE, "up"]);
  await there("addr", "add", `${addressOf(id)}/24`, "dev", "eth0");
  await there("link", "set", "eth0", "up");
  await there("link", "set", "lo", "up");
  return { holder, prefix };
}

/** Until that process has a network of its own. */
async function apart(pid: number): Promise<void> {
  const ours = await readlink("/proc/self/ns/net");
  const deadline = Date.now() + APART_MS_MAX;
  while (await readlink(`/proc/${pid}/ns/net`) === ours) {
    if (Date.now() > deadline) throw new Error("Cannot make a network for a host");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
