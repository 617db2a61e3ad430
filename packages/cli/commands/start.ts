// odradek start [server.properties] [--override key=value]…: runs a node until it is told to stop.

import { readFileSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import { Bug, Fault, reason } from "@odradek/base";
import type { NodeConfigSources } from "@odradek/metadata/configs/mod";
import type { Hosts } from "../node/hosts.ts";
import { type RunningNode, startNode } from "../node/node.ts";

export interface StartOptions {
  /** Begun before anything of a node was loaded. */
  readonly hosts: Hosts;
  /** Path of a properties file. */
  readonly properties: string | undefined;
  readonly overrides: readonly string[];
  /** Told why the node does not run, or does not any more. */
  readonly failed: (line: string) => void;
}

/** Where a container's operator mounts a configuration. */
const MOUNTED_PROPERTIES = "/mnt/shared/config/server.properties";

/** Resolves with the exit status when the node has stopped. */
export async function start(options: StartOptions): Promise<number> {
  const { hosts, properties, overrides, failed } = options;
  const startedMs = Number(process.env["ODRADEK_STARTED_MS"] ?? performance.timeOrigin);
  const isTerminal = process.stdout.isTTY === true;
  let node: RunningNode;
  const died = (thread: string, cause: unknown): never => {
    failed(`odradek: thread ${thread} has failed: ${describe(cause)}`);
    process.exit(1);
  };
  const halted = ({ message }: Fault): never => {
    failed(`odradek: ${message}`);
    process.exit(1);
  };
  try {
    const sources = readSources(properties, overrides);
    node = await startNode({ hosts, sources, isTerminal, died, halted });
  } catch (error) {
    failed(`odradek: ${error instanceof Fault ? error.message : describe(error)}`);
    await hosts.dismiss();
    return process.exit(1);
  }
  const ms = Math.round(Date.now() - startedMs);
  const { config, logger, addresses } = node;
  const dirs = config.logDirs.join(", ");
  // Whoever reads the line below may act on it at once.
  const told = toldToStop();
  const ready = `odradek ${config.nodeId} ready in ${ms} ms on ${addresses.join(", ")}, ` +
    `data in ${dirs}`;
  if (isTerminal) console.log(ready);
  else logger.info(ready);
  await told;
  try {
    await node.stop();
    return 0;
  } catch (error) {
    failed(`odradek: stopped, but not in order: ${describe(error)}`);
    return process.exit(1);
  }
}

function readSources(
  properties: string | undefined,
  overrides: readonly string[],
): NodeConfigSources {
  const environment = process.env;
  if (properties !== undefined) {
    const path = isAbsolute(properties) ? properties : resolve(properties);
    try {
      const text = readFileSync(path, "utf8");
      return { properties: text, propertiesName: properties, environment, overrides };
    } catch (error) {
      throw new Fault("configuration", `Cannot read "${properties}": ${reason(error)}`);
    }
  }
  try {
    const text = readFileSync(MOUNTED_PROPERTIES, "utf8");
    return { properties: text, propertiesName: MOUNTED_PROPERTIES, environment, overrides };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return { environment: { ...environment }, overrides };
  }
}

/** Resolves at the first signal to stop; at a second one the process ends at once. */
function toldToStop(): Promise<void> {
  return new Promise((done) => {
    let isTold = false;
    const stop = (signal: NodeJS.Signals): void => {
      if (isTold) process.exit(signal === "SIGINT" ? 130 : 143);
      isTold = true;
      done();
    };
    process.on("SIGINT", stop);
    process.on("SIGTERM", stop);
  });
}

function describe(error: unknown): string {
  if (error instanceof Bug) return `a bug: ${error.stack ?? error.message}`;
  return error instanceof Error ? error.stack ?? error.message : String(error);
}
