// odradek start --cluster N: a cluster on this machine, for development: combined nodes as child
// processes, each in a rack of its own. This process only watches them.

import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { Fault, reason, systemClock, systemRandom } from "@odradek/base";
import { tcpTransport } from "@odradek/network";
import { folderOf, layOut, propertiesOf } from "../cluster/layout.ts";
import { shownLine } from "../cluster/merged_log.ts";
import { type ClusterPlan, HOST, NODES_MAX, planCluster } from "../cluster/plan.ts";
import { Supervisor } from "../cluster/supervisor.ts";
import { Failure } from "../failure.ts";
import type { Terminal } from "../terminal.ts";

export interface ClusterFlags {
  readonly cluster: string;
  readonly port?: string;
  readonly dir?: string;
  readonly restart?: boolean;
  readonly override?: readonly string[];
}

const FOLDER = "./cluster";

/** Resolves when all have stopped. Failure with one line if they do not start, or all have died. */
export async function startCluster(flags: ClusterFlags, terminal: Terminal): Promise<void> {
  const folder = resolve(flags.dir ?? FOLDER);
  const plan = await prepare(folder, flags);
  const supervisor = new Supervisor({
    launcher: launcherOf(terminal),
    nodes: plan.nodes.map((node) => ({
      id: node.id,
      folder: folderOf(folder, node),
      properties: propertiesOf(folder, node),
    })),
    overrides: flags.override ?? [],
    environment: terminal.environment,
    restarts: flags.restart === true,
    clock: systemClock,
    line: (node, line) => {
      const shown = shownLine(node, line, terminal.isOutputSeen);
      if (shown !== undefined) terminal.print(shown);
    },
    remark: (line) => terminal.remark(`odradek: ${line}`, "warning"),
  });
  const told = toldToStop(supervisor);
  if (await Promise.race([supervisor.whenReady(), told])) {
    terminal.print(readyLine(plan, { folder, terminal }));
    const isTold = await Promise.race([told.then(() => true), supervisor.allEnded()]);
    if (isTold !== true) throw new Failure("No node is left");
    return await supervisor.stop();
  }
  const wasTold = told.isTold;
  await supervisor.stop();
  if (!wasTold) throw new Failure("The cluster does not start: see above");
}

async function prepare(folder: string, flags: ClusterFlags): Promise<ClusterPlan> {
  const nodes = numberOf("--cluster", flags.cluster, NODES_MAX);
  const port = flags.port === undefined ? undefined : numberOf("--port", flags.port, 65_535);
  try {
    await mkdir(folder, { recursive: true });
    const context = { transport: tcpTransport(), random: systemRandom };
    const plan = await planCluster({ folder, nodes, port }, context);
    await layOut(folder, plan);
    return plan;
  } catch (error) {
    if (error instanceof Fault) throw new Failure(error.message, { cause: error });
    throw new Failure(`Cannot use "${folder}": ${reason(error)}`, { cause: error });
  }
}

function numberOf(flag: string, text: string, max: number): number {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= max) return number;
  throw new Failure(`${flag} ${text}: it must be a number from 1 to ${max}`);
}

function launcherOf({ environment }: Terminal): string {
  const launcher = environment["ODRADEK_LAUNCHER"];
  if (launcher !== undefined) return launcher;
  throw new Failure("A cluster is started by the executable odradek only");
}

function readyLine(
  { nodes }: ClusterPlan,
  { folder, terminal }: { readonly folder: string; readonly terminal: Terminal },
): string {
  const startedMs = Number(terminal.environment["ODRADEK_STARTED_MS"] ?? performance.timeOrigin);
  const addresses = (port: "port" | "controllerPort") =>
    nodes.map((node) => `${HOST}:${node[port]}`).join(", ");
  return `odradek cluster of ${nodes.length} ready in ${Math.round(Date.now() - startedMs)} ms ` +
    `on ${addresses("port")}, controllers on ${addresses("controllerPort")}, data in ${folder}`;
}

type Told = Promise<false> & { readonly isTold: boolean };

/** Resolves at the first signal to stop; at a second one all nodes are killed. */
function toldToStop(supervisor: Supervisor): Told {
  let isTold = false;
  const told = new Promise<false>((done) => {
    const stop = (signal: NodeJS.Signals): void => {
      if (isTold) {
        supervisor.kill();
        process.exit(signal === "SIGINT" ? 130 : 143);
      }
      isTold = true;
      done(false);
    };
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  });
  return Object.defineProperty(told, "isTold", { get: () => isTold }) as Told;
}
