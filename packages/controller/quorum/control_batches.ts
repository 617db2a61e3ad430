// The quorum's own records in the metadata log: who leads, who votes (KIP-595, KIP-853). And what
// the core must know of batches that it never sees.

import {
  assert,
  epoch,
  Fault,
  nodeId,
  type Offset,
  offset,
} from "@odradek/base";
import { type Batch, readBatches } from "@odradek/protocol/records/batch";
import { buildBatch } from "@odradek/protocol/records/builder";
import { readRecords } from "@odradek/protocol/records/record";
import {
  type ControlRecord,
  type ControlRecordDraft,
  decodeControlRecord,
  encodeControlRecord,
} from "@odradek/protocol/schemas/control/mod";
import {
  type AppendLeaderChange,
  type AppendVoters,
  type LogPrefix,
  type ReplicaKey,
  type VotersAt,
  VoterSet,
} from "@odradek/raft";

/** `timestamp`: wall clock ms. */
export function leaderChangeBatch(effect: AppendLeaderChange, timestamp: number): Uint8Array {
  const { baseOffset, epoch: leaderEpoch, leaderId, voters, grantingVoters, firstVoters } = effect;
  const ids = (replicas: readonly ReplicaKey[]) => replicas.map(({ id }) => ({ voterId: id }));
  const records: ControlRecordDraft[] = [{
    type: "LEADER_CHANGE",
    // Kafka 4.3 neither writes nor reads another, whatever the kraft.version.
    version: 0,
    leaderId,
    voters: ids(voters),
    grantingVoters: ids(grantingVoters),
  }];
  if (firstVoters !== undefined) {
    records.push({ type: "KRAFT_VERSION", version: 0, kRaftVersion: 1 }, votersRecord(firstVoters));
  }
  const encoded = records.map(encodeControlRecord);
  return buildBatch(encoded, { baseOffset, leaderEpoch, timestamp, isControl: true });
}

export function votersBatch(effect: AppendVoters, timestamp: number): Uint8Array {
  const { baseOffset, epoch: leaderEpoch, voters } = effect;
  const record = encodeControlRecord(votersRecord(voters));
  return buildBatch([record], { baseOffset, leaderEpoch, timestamp, isControl: true });
}

type VotersRecord = ControlRecordDraft & { readonly type: "KRAFT_VOTERS" };

export function votersRecord(voters: VoterSet): VotersRecord {
  return {
    type: "KRAFT_VOTERS",
    version: 0,
    voters: [...voters].map(({ id, directoryId, endpoints, kraftVersions: { min, max } }) => ({
      voterId: id,
      voterDirectoryId: directoryId,
      endpoints: [...endpoints],
      kRaftVersionFeature: { minSupportedVersion: min, maxSupportedVersion: max },
    })),
  };
}

export function voterSetOf({ voters }: ControlRecord & { type: "KRAFT_VOTERS" }): VoterSet {
  return new VoterSet(voters.map((voter) => ({
    id: nodeId(voter.voterId),
    directoryId: voter.voterDirectoryId,
    endpoints: voter.endpoints,
    kraftVersions: {
      min: voter.kRaftVersionFeature.minSupportedVersion,
      max: voter.kRaftVersionFeature.maxSupportedVersion,
    },
  })));
}

/** Of the last of them; undefined: none says who votes. */
export function votersAmong(records: readonly ControlRecord[]): VoterSet | undefined {
  const last = records.findLast((record) => record.type === "KRAFT_VOTERS");
  return last?.type === "KRAFT_VOTERS" ? voterSetOf(last) : undefined;
}

/** What a follower's core is told of the batches that came. */
export interface DescribedBatches {
  /** Whole ones. */
  readonly batches: readonly Batch[];
  readonly prefixes: readonly LogPrefix[];
  readonly voters: readonly VotersAt[];
}

/**
 * The whole batches of an answer, which must go on from an offset. Fault "corrupt" if they do not,
 * or are damaged.
 */
export function describeBatches(bytes: Uint8Array, from: Offset): DescribedBatches {
  const batches = [...readBatches(bytes)];
  let next: number = from;
  let last = 0;
  for (const { baseOffset, nextOffset, leaderEpoch, ...batch } of batches.map(facts)) {
    const isInOrder = baseOffset === next && leaderEpoch >= last;
    if (!isInOrder || !batch.isValid) {
      const where = `offset ${baseOffset} of epoch ${leaderEpoch}`;
      throw new Fault("corrupt", `A batch that does not go on from offset ${next}: ${where}`);
    }
    [next, last] = [nextOffset, leaderEpoch];
  }
  return { batches, prefixes: prefixesOf(batches), voters: votersIn(batches) };
}

function facts(batch: Batch) {
  const { baseOffset, nextOffset, leaderEpoch } = batch;
  return { baseOffset, nextOffset, leaderEpoch, isValid: batch.isCrcValid() };
}

function prefixesOf(batches: readonly Batch[]): LogPrefix[] {
  return batches
    .filter(({ leaderEpoch }, i) => batches[i + 1]?.leaderEpoch !== leaderEpoch)
    .map(({ leaderEpoch, nextOffset }) => ({
      epoch: epoch(leaderEpoch),
      endOffset: offset(nextOffset),
    }));
}

export function votersIn(batches: Iterable<Batch>): VotersAt[] {
  const found: VotersAt[] = [];
  for (const batch of batches) {
    if (!batch.isControl) continue;
    for (const { key, value, offset: at } of readRecords(batch)) {
      const record = decodeControlRecord({ key: key ?? new Uint8Array(0), value });
      if (record.type !== "KRAFT_VOTERS") continue;
      found.push({ offset: offset(at), voters: voterSetOf(record) });
    }
  }
  return found;
}

/** What begins a read, without what is cut off at its end. The bytes are copied. */
export function wholeBatches(bytes: Uint8Array): { bytes: Uint8Array; endOffset: number } {
  let length = 0;
  let last: Batch | undefined;
  for (const batch of readBatches(bytes)) {
    length += batch.bytes.length;
    last = batch;
  }
  assert(last !== undefined, "A read begins with a whole batch");
  return { bytes: bytes.slice(0, length), endOffset: last.nextOffset };
}

