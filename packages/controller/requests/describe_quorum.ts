// DescribeQuorum: who votes on the metadata and how far each voter is (KIP-595).

import { METADATA_TOPIC, type Uuid } from "@odradek/base";
import type { ClusterImage } from "@odradek/metadata";
import { CLUSTER, type Endpoint, endpoint, type Hooks } from "@odradek/network";
import { errors } from "@odradek/protocol/errors";
import {
  DescribeQuorum,
  type DescribeQuorumResponse,
} from "@odradek/protocol/messages/describe_quorum";
import { Refusal } from "@odradek/protocol/refusal";

type PartitionAnswer = DescribeQuorumResponse["topics"][number]["partitions"][number];

/** The quorum as this node sees it. */
export interface QuorumView {
  readonly image: () => ClusterImage;
  /** Undefined: this node does not lead. */
  readonly led: () => LedQuorum | undefined;
}

export interface LedQuorum {
  readonly leaderId: number;
  readonly epoch: number;
  readonly highWatermark: number;
  readonly voters: readonly LedReplica[];
  readonly observers: readonly LedReplica[];
}

export interface LedReplica {
  readonly id: number;
  readonly directoryId: Uuid;
  /** -1: not known. */
  readonly endOffset: number;
  /** Wall clock ms; -1: never. */
  readonly fetchedAtMs: number;
  readonly caughtUpAtMs: number;
}

/** From here on answers tell where the replicas lie, and where they listen (KIP-853). */
const NODES_SINCE = 2;

export function describeQuorumEndpoint({ image, led }: QuorumView, hooks: Hooks): Endpoint {
  return endpoint(DescribeQuorum, {
    handle({ topics }, context) {
      if (!hooks.authorize(context, "Describe", CLUSTER)) {
        throw new Refusal("CLUSTER_AUTHORIZATION_FAILED");
      }
      const quorum = led();
      const answers = topics.map(({ topicName, partitions }) => ({
        topicName,
        partitions: partitions.map(({ partitionIndex }) =>
          topicName === METADATA_TOPIC && partitionIndex === 0
            ? described(quorum, context.version >= NODES_SINCE)
            : refused(partitionIndex, new Refusal("UNKNOWN_TOPIC_OR_PARTITION"))
        ),
      }));
      const isTold = answers.some((one) => one.partitions.some(({ errorCode }) => errorCode === 0));
      return {
        errorCode: errors.NONE.code,
        errorMessage: "",
        topics: answers,
        nodes: isTold && context.version >= NODES_SINCE ? nodesOf(image()) : [],
      };
    },
    refuse: (_, { code, message }) => ({
      errorCode: code,
      errorMessage: message,
      topics: [],
      nodes: [],
    }),
  });
}

function described(quorum: LedQuorum | undefined, isNamed: boolean): PartitionAnswer {
  // What has come in an envelope looks for the controller elsewhere then.
  if (quorum === undefined) throw new Refusal("NOT_CONTROLLER");
  return {
    partitionIndex: 0,
    errorCode: errors.NONE.code,
    errorMessage: "",
    leaderId: quorum.leaderId,
    leaderEpoch: quorum.epoch,
    highWatermark: BigInt(quorum.highWatermark),
    currentVoters: quorum.voters.map((one) => replica(one, isNamed)),
    observers: quorum.observers.map((one) => replica(one, isNamed)),
  };
}

/** `isNamed`: with its directory, which older answers have no place for. */
function replica(
  { id, directoryId, endOffset, fetchedAtMs, caughtUpAtMs }: LedReplica,
  isNamed: boolean,
) {
  return {
    replicaId: id,
    ...(isNamed ? { replicaDirectoryId: directoryId } : {}),
    logEndOffset: BigInt(endOffset),
    lastFetchTimestamp: BigInt(Math.round(fetchedAtMs)),
    lastCaughtUpTimestamp: BigInt(Math.round(caughtUpAtMs)),
  };
}

function refused(partitionIndex: number, { code, message }: Refusal): PartitionAnswer {
  return {
    partitionIndex,
    errorCode: code,
    errorMessage: message,
    leaderId: 0,
    leaderEpoch: 0,
    highWatermark: 0n,
    currentVoters: [],
    observers: [],
  };
}

function nodesOf({ controllers }: ClusterImage) {
  return [...controllers.values()].map(({ id, endpoints }) => ({
    nodeId: id,
    listeners: endpoints.map(({ name, host, port }) => ({ name, host, port })),
  }));
}
