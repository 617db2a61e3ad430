// The quorum that agrees on the metadata, and the features that it has finalized.

import { METADATA_TOPIC, safeInteger, type Uuid } from "@odradek/base";
import { type ErrorName, errorName } from "@odradek/protocol/errors";
import { AddRaftVoter } from "@odradek/protocol/messages/add_raft_voter";
import { DescribeQuorum } from "@odradek/protocol/messages/describe_quorum";
import { RemoveRaftVoter } from "@odradek/protocol/messages/remove_raft_voter";
import { UnregisterBroker } from "@odradek/protocol/messages/unregister_broker";
import { UpdateFeatures } from "@odradek/protocol/messages/update_features";
import type { Response } from "@odradek/protocol/schema/mod";
import type { Cluster } from "../cluster.ts";
import { BrokerRefused, throwIfRefused } from "../refused.ts";

export interface QuorumReplica {
  readonly id: number;
  readonly directoryId: Uuid;
  readonly endOffset: number;
  /** Wall clock ms; undefined: not known. */
  readonly fetchedAtMs: number | undefined;
  readonly caughtUpAtMs: number | undefined;
}

export interface DescribedQuorum {
  readonly leaderId: number;
  readonly leaderEpoch: number;
  readonly highWatermark: number;
  readonly voters: readonly QuorumReplica[];
  readonly observers: readonly QuorumReplica[];
  /** `CONTROLLER://host:port` of those that are told. */
  readonly endpoints: ReadonlyMap<number, readonly string[]>;
}

type Partition = Response<typeof DescribeQuorum>["topics"][number]["partitions"][number];

export function describeQuorum(cluster: Cluster): Promise<DescribedQuorum> {
  return cluster.persist(async () => {
    const topics = [{ topicName: METADATA_TOPIC, partitions: [{ partitionIndex: 0 }] }];
    const answer = await cluster.ask("any", DescribeQuorum, { topics });
    throwIfRefused(answer.errorCode, answer.errorMessage);
    const told = answer.topics[0]?.partitions[0];
    if (told === undefined) throw new BrokerRefused("UNKNOWN_SERVER_ERROR", "No answer");
    throwIfRefused(told.errorCode, told.errorMessage);
    return {
      leaderId: told.leaderId,
      leaderEpoch: told.leaderEpoch,
      highWatermark: safeInteger(told.highWatermark),
      voters: told.currentVoters.map(replica),
      observers: told.observers.map(replica),
      endpoints: new Map(answer.nodes.map(({ nodeId, listeners }) => [
        nodeId,
        listeners.map(({ name, host, port }) => `${name}://${host}:${port}`),
      ])),
    };
  });
}

function replica(one: Partition["currentVoters"][number]): QuorumReplica {
  return {
    id: one.replicaId,
    directoryId: one.replicaDirectoryId,
    endOffset: safeInteger(one.logEndOffset),
    fetchedAtMs: timeIfKnown(one.lastFetchTimestamp),
    caughtUpAtMs: timeIfKnown(one.lastCaughtUpTimestamp),
  };
}

function timeIfKnown(time: bigint): number | undefined {
  return time < 0n ? undefined : safeInteger(time);
}

/** BrokerRefused if there is no such broker, or it lives. */
export async function unregisterBroker(cluster: Cluster, brokerId: number): Promise<void> {
  await cluster.persist(async () => {
    const answer = await cluster.ask("any", UnregisterBroker, { brokerId });
    throwIfRefused(answer.errorCode, answer.errorMessage);
  });
}

export interface VoterEndpoint {
  /** Of the listener. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

/** A controller, by its id and that of the directory that its metadata log is in. */
export interface VoterKey {
  readonly id: number;
  readonly directoryId: Uuid;
}

export interface NewVoter extends VoterKey {
  /** By which the other voters reach it. */
  readonly endpoints: readonly VoterEndpoint[];
}

/**
 * Resolves when the voters have committed it (KIP-853). BrokerRefused: DUPLICATE_VOTER; also
 * REQUEST_TIMED_OUT if another change is under way, or it has not caught up.
 */
export async function addVoter(cluster: Cluster, voter: NewVoter): Promise<void> {
  await changeVoters(cluster, () =>
    cluster.ask("any", AddRaftVoter, {
      clusterId: null,
      timeoutMs: cluster.settings.requestTimeoutMs,
      voterId: voter.id,
      voterDirectoryId: voter.directoryId,
      listeners: [...voter.endpoints],
    }));
}

/** As `addVoter`. BrokerRefused: VOTER_NOT_FOUND, also for the last. */
export async function removeVoter(cluster: Cluster, voter: VoterKey): Promise<void> {
  await changeVoters(cluster, () =>
    cluster.ask("any", RemoveRaftVoter, {
      clusterId: null,
      voterId: voter.id,
      voterDirectoryId: voter.directoryId,
    }));
}

interface Changed {
  readonly errorCode: number;
  readonly errorMessage: string | null;
}

/** Looks for the leader as long as may be; what it says is not asked for again. */
async function changeVoters(cluster: Cluster, ask: () => Promise<Changed>): Promise<void> {
  const answer = await cluster.persist(async () => {
    const { errorCode, errorMessage } = await ask();
    if (ELSEWHERE.has(errorName(errorCode))) throwIfRefused(errorCode, errorMessage);
    return { errorCode, errorMessage };
  });
  throwIfRefused(answer.errorCode, answer.errorMessage);
}

const ELSEWHERE = new Set<ErrorName>(["NOT_CONTROLLER", "NOT_LEADER_OR_FOLLOWER"]);

export interface FeatureChange {
  readonly feature: string;
  /** 0: off. */
  readonly level: number;
  readonly way: keyof typeof UPGRADE_TYPES;
}

/** By their numbers in the protocol (KIP-778). */
export const UPGRADE_TYPES = { upgrade: 1, "safe downgrade": 2, "unsafe downgrade": 3 } as const;

/** All or none: BrokerRefused if one of them cannot be. */
export async function updateFeatures(
  cluster: Cluster,
  changes: readonly FeatureChange[],
  { validateOnly = false }: { readonly validateOnly?: boolean } = {},
): Promise<void> {
  await cluster.persist(async () => {
    const answer = await cluster.ask("any", UpdateFeatures, {
      featureUpdates: changes.map(({ feature, level, way }) => ({
        feature,
        maxVersionLevel: level,
        upgradeType: UPGRADE_TYPES[way],
      })),
      validateOnly,
    });
    throwIfRefused(answer.errorCode, answer.errorMessage);
  });
}
