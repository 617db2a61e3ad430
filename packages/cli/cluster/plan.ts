// Who is in a local cluster, and where: made up once, kept as `cluster.json` in its folder, and the
// same ever after, since the voters of a quorum are known by directory and address.

import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  Fault,
  isUuid,
  type NodeId,
  nodeId,
  type Random,
  randomUuid,
  reason,
  type Transport,
  type Uuid,
} from "@odradek/base";

export interface PlannedNode {
  readonly id: NodeId;
  readonly rack: string;
  /** Of clients and brokers. */
  readonly port: number;
  readonly controllerPort: number;
  /** Of its metadata log's directory. */
  readonly directoryId: Uuid;
}

export interface ClusterPlan {
  readonly clusterId: Uuid;
  readonly nodes: readonly PlannedNode[];
}

export interface PlanRequest {
  readonly folder: string;
  readonly nodes: number;
  /** Of the first broker; undefined: as it is, or 9092. */
  readonly port: number | undefined;
}

export const HOST = "127.0.0.1";
export const NODES_MAX = 9;
const PORT = 9092;
const PORT_MAX = 65_535;
/** The first controller tries it so far above the first broker. */
const CONTROLLERS_ABOVE = 10;
const FILE = "cluster.json";

/** Fault "configuration" if the folder is another cluster's; Fault "in use" if a port is. */
export async function planCluster(
  request: PlanRequest,
  context: { readonly transport: Transport; readonly random: Random },
): Promise<ClusterPlan> {
  const path = join(request.folder, FILE);
  const known = await readPlan(path);
  if (known !== undefined) {
    checkSame(known, request);
    return known;
  }
  const plan = await makeUp(request, context);
  await writeFile(`${path}.part`, `${JSON.stringify(plan, null, 2)}\n`);
  await rename(`${path}.part`, path);
  return plan;
}

async function makeUp(
  { nodes, port: asked = PORT }: PlanRequest,
  { transport, random }: { readonly transport: Transport; readonly random: Random },
): Promise<ClusterPlan> {
  const made: PlannedNode[] = [];
  let controllerPort = asked + CONTROLLERS_ABOVE;
  for (let i = 0; i < nodes; i++) {
    const port = asked + i;
    await tryPort(transport, port);
    while (!await isFree(transport, controllerPort)) controllerPort++;
    const directoryId = randomUuid(random);
    const rack = String.fromCharCode("a".charCodeAt(0) + i);
    made.push({ id: nodeId(i + 1), rack, port, controllerPort, directoryId });
    controllerPort++;
  }
  return { clusterId: randomUuid(random), nodes: made };
}

async function tryPort(transport: Transport, port: number): Promise<void> {
  if (port > PORT_MAX) throw new Fault("configuration", `There is no port ${port}`);
  const listening = await transport.listen({ host: HOST, port }, (socket) => socket.destroy());
  await listening.close();
}

async function isFree(transport: Transport, port: number): Promise<boolean> {
  try {
    await tryPort(transport, port);
    return true;
  } catch (error) {
    if (error instanceof Fault && error.kind === "in use") return false;
    throw error;
  }
}

async function readPlan(path: string): Promise<ClusterPlan | undefined> {
  let text = "";
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new Fault("configuration", `Cannot read "${path}": ${reason(error)}`);
  }
  try {
    return parse(JSON.parse(text));
  } catch (error) {
    throw new Fault("configuration", `Cannot use "${path}": ${reason(error)}`, { cause: error });
  }
}

function parse(given: Partial<ClusterPlan>): ClusterPlan {
  const { clusterId, nodes } = given;
  if (clusterId === undefined || !isUuid(clusterId)) throw new Error("clusterId is no uuid");
  if (!Array.isArray(nodes) || nodes.length === 0) throw new Error("it names no nodes");
  for (const { id, port, controllerPort, directoryId, rack } of nodes as readonly PlannedNode[]) {
    const isWhole = [id, port, controllerPort].every(Number.isInteger) &&
      isUuid(directoryId) && typeof rack === "string";
    if (!isWhole) throw new Error(`node ${String(id)} is not described`);
  }
  return { clusterId, nodes };
}

function checkSame({ nodes }: ClusterPlan, { folder, nodes: wanted, port }: PlanRequest): void {
  const first = nodes[0]?.port;
  if (nodes.length === wanted && (port === undefined || port === first)) return;
  throw new Fault(
    "configuration",
    `"${folder}" holds a cluster of ${nodes.length} nodes from port ${first} on: ` +
      `start it as that, or give another --dir`,
  );
}
