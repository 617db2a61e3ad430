// What must be there, and must be this node's, before a thread of it is started.

import { randomUuid, systemClock, systemRandom, type Uuid } from "@odradek/base";
import { diskFiles } from "@odradek/log/disk/files";
import type { NodeConfig } from "@odradek/metadata/configs/mod";
import { type Logger, tcpTransport } from "@odradek/network";
import { lockDirectories, openDirectories, type OpenedDirectories } from "./directories.ts";
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
  await lockDirectories(files, directoriesOf(node));
  const places = await findPlaces(node, tcpTransport(), reactors);
  const endpoints = places.controllers.map(({ name, advertised }) => ({ ...advertised, name }));
  const first = firstMetadataOf(node, endpoints, await readIdentities(node, files));
  const context = { files, clock, random: systemRandom };
  const { clusterId, directories, fresh } = await formatDirectories(node, first, context);
  if (fresh.length > 0) logger.info(`Formatted ${fresh.join(", ")} for cluster ${clusterId}`);
  const incarnationId = randomUuid(systemRandom);
  const opened = await openDirectories(files, directories, node);
  return { clusterId, incarnationId, places, opened };
}
