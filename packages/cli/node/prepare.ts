// What must be there, and must be this node's, before a thread of it is started.

import { type Files, randomUuid, systemClock, systemRandom, type Uuid } from "@odradek/base";
import { unusableDirectory } from "@odradek/broker";
import { diskFiles } from "@odradek/log/disk/files";
import { ConnectionLimitsReader, type NodeConfig } from "@odradek/metadata/configs/mod";
import { type Logger, lookupAddress, tcpTransport } from "@odradek/network";
import {
  lockDirectories,
  lockUsable,
  openDirectories,
  type OpenedDirectories,
} from "./directories.ts";
import { firstMetadataOf } from "./first_start.ts";
import { formatDirectories } from "./format.ts";
import { directoriesOf, readIdentities } from "./identities.ts";
import { findPlaces, type Places } from "./places.ts";

export interface Prepared {
  readonly clusterId: string;
  /** Of this process. */
  readonly incarnationId: Uuid;
  readonly places: Places;
  readonly opened: OpenedDirectories;
}

/** Fault with the remedy if something is missing, or another's. */
export async function prepare(
  node: NodeConfig,
  { reactors, logger }: { readonly reactors: number; readonly logger: Logger },
): Promise<Prepared> {
  const clock = systemClock;
  const files = diskFiles({ clock });
  const usable = await usableOf(node, files, logger);
  await checkHosts(node);
  const places = await findPlaces(node, tcpTransport(), reactors);
  const endpoints = places.controllers.map(({ name, advertised }) => ({ ...advertised, name }));
  const first = firstMetadataOf(node, endpoints, await readIdentities(usable, files));
  const context = { files, clock, random: systemRandom };
  const { clusterId, directories, fresh } = await formatDirectories(usable, first, context);
  if (fresh.length > 0) logger.info(`Formatted ${fresh.join(", ")} for cluster ${clusterId}`);
  const incarnationId = randomUuid(systemRandom);
  const opened = await openDirectories(files, directories, usable);
  const missing = node.logDirs.filter((path) => !usable.logDirs.includes(path))
    .map((path) => unusableDirectory(path, randomUuid(systemRandom)));
  const logs = [...opened.logs, ...missing];
  return { clusterId, incarnationId, places, opened: { ...opened, logs } };
}

/** Fault "configuration": said before any thread works. */
async function checkHosts({ config }: NodeConfig): Promise<void> {
  const warn = (): void => undefined;
  await new ConnectionLimitsReader({ config: () => config, lookup: lookupAddress, warn }).start();
}

/** The node without the log directories whose disks have failed. */
async function usableOf(node: NodeConfig, files: Files, logger: Logger): Promise<NodeConfig> {
  if (node.roles.broker) {
    const logDirs = await lockUsable(files, node, (line) => logger.error(line));
    return { ...node, logDirs };
  }
  await lockDirectories(files, directoriesOf(node));
  return node;
}
