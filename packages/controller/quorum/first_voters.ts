// Who votes, as far as a node knows when it starts: the configuration (kraft.version 0), or what
// the newest snapshot and the log behind it say (kraft.version 1, KIP-853).

import { type NodeId, type Uuid, ZERO_UUID } from "@odradek/base";
import type { PartitionLog } from "@odradek/log";
import type { NodeConfig } from "@odradek/metadata/configs/mod";
import { readBatches } from "@odradek/protocol/records/batch";
import { type Endpoint, type Voter, VoterHistory, type VotersAt, VoterSet } from "@odradek/raft";
import type { LoadedSnapshot } from "../snapshots/load.ts";
import { votersAmong, votersIn } from "./control_batches.ts";

export interface VotersSource {
  readonly node: NodeConfig;
  readonly directoryId: Uuid;
  /** Where this node listens for the others. */
  readonly endpoints: readonly Endpoint[];
  readonly loaded: LoadedSnapshot | undefined;
  readonly log: PartitionLog;
}

/** The values of the feature kraft.version that this version works with. */
export const KRAFT_VERSIONS: Voter["kraftVersions"] = { min: 0, max: 1 };

export async function firstVoters(source: VotersSource): Promise<VoterHistory> {
  const { node: { quorum }, loaded, log } = source;
  if (quorum.kind === "static") return VoterHistory.of(configured(source));
  const voters = votersAmong(loaded?.control ?? []) ?? alone(source);
  const first = new VoterHistory([{ offset: undefined, voters }]);
  const logged = await loggedVoters(log, Math.max(loaded?.endOffset ?? 0, log.startOffset));
  return logged.reduce((history, set) => history.append(set), first);
}

/** Directories are not known then (KIP-853). */
function configured({ node }: VotersSource): VoterSet {
  if (node.quorum.kind !== "static") return new VoterSet([]);
  const name = node.controllerListenerNames[0] ?? "CONTROLLER";
  return new VoterSet(node.quorum.voters.map(({ id, host, port }) => ({
    id,
    directoryId: ZERO_UUID,
    endpoints: [{ name, host, port }],
    kraftVersions: KRAFT_VERSIONS,
  })));
}

/** A node that is its own quorum votes, also where nothing says so; others have to learn it. */
function alone({ node, directoryId, endpoints }: VotersSource): VoterSet {
  if (node.quorum.kind !== "alone") return new VoterSet([]);
  const id: NodeId = node.nodeId;
  return new VoterSet([{ id, directoryId, endpoints, kraftVersions: KRAFT_VERSIONS }]);
}

const READ_BYTES = 1024 * 1024;

async function loggedVoters(log: PartitionLog, from: number): Promise<VotersAt[]> {
  const found: VotersAt[] = [];
  const upTo = log.endOffset;
  for (let at = from; at < upTo;) {
    const request = { offset: at, upTo, bytesMax: READ_BYTES, minOneBatch: true };
    const { lease } = await log.read(request);
    if (lease === undefined) break;
    try {
      const batches = [...readBatches(lease.bytes)];
      found.push(...votersIn(batches));
      at = batches.at(-1)?.nextOffset ?? upTo;
    } finally {
      lease.release();
    }
  }
  return found;
}
