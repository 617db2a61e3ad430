// What lies in the folder of a local cluster: for each node a `node-N` with its server.properties,
// which people may change, and its data, formatted with the same first voters everywhere.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { systemClock, systemRandom } from "@odradek/base";
import { freshFeatures } from "@odradek/controller/decide/bootstrap";
import { diskFiles } from "@odradek/log/disk/files";
import { readNodeConfig } from "@odradek/metadata/configs/mod";
import { lockDirectories } from "../node/directories.ts";
import { type FirstVoter, formatDirectories } from "../node/format.ts";
import { type ClusterPlan, HOST, type PlannedNode } from "./plan.ts";

const LISTENER = "CONTROLLER";

export function folderOf(folder: string, { id }: PlannedNode): string {
  return join(folder, `node-${id}`);
}

export function propertiesOf(folder: string, node: PlannedNode): string {
  return join(folderOf(folder, node), "server.properties");
}

/** Makes what is missing, and leaves the rest as it is. */
export async function layOut(folder: string, plan: ClusterPlan): Promise<void> {
  for (const node of plan.nodes) {
    await mkdir(folderOf(folder, node), { recursive: true });
    await writeMissing(propertiesOf(folder, node), propertiesText(folder, node, plan));
    await format(folder, node, plan);
  }
}

async function writeMissing(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

function propertiesText(folder: string, node: PlannedNode, { clusterId, nodes }: ClusterPlan) {
  const { id, rack, port, controllerPort } = node;
  const servers = nodes.map((one) => `${HOST}:${one.controllerPort}`);
  return [
    "# A node of a local cluster: written once, and yours to change from then on.",
    "process.roles=broker,controller",
    `node.id=${id}`,
    `broker.rack=${rack}`,
    `listeners=PLAINTEXT://${HOST}:${port},${LISTENER}://${HOST}:${controllerPort}`,
    `controller.listener.names=${LISTENER}`,
    `controller.quorum.bootstrap.servers=${servers.join(",")}`,
    `log.dirs=${dataOf(folder, node)}`,
    `cluster.id=${clusterId}`,
    "odradek.metrics.listener=",
    "",
  ].join("\n");
}

function dataOf(folder: string, node: PlannedNode): string {
  return join(folderOf(folder, node), "data");
}

/** A directory that is formatted stays what it is, if it is this node's. */
async function format(folder: string, planned: PlannedNode, plan: ClusterPlan): Promise<void> {
  const logDir = dataOf(folder, planned);
  const { node } = readNodeConfig({
    properties: propertiesText(folder, planned, plan),
    environment: {},
    overrides: [],
  });
  const files = diskFiles({ clock: systemClock });
  const locks = await lockDirectories(files, [logDir]);
  try {
    const first = {
      records: freshFeatures(),
      voters: () => plan.nodes.map(voterOf),
      directoryId: planned.directoryId,
    };
    await formatDirectories(node, first, { files, clock: systemClock, random: systemRandom });
  } finally {
    for (const lock of locks) await lock.release();
  }
}

function voterOf({ id, directoryId, controllerPort: port }: PlannedNode): FirstVoter {
  return { id, directoryId, endpoints: [{ name: LISTENER, host: HOST, port }] };
}
