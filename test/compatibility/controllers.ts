// What controllers answer on their own listener, beside Apache Kafka's: requests that change
// nothing, each sent to both, and the answers compared but for what names the cluster.

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { systemClock, type Uuid } from "@odradek/base";
import { Peer, tcpTransport } from "@odradek/network";
import { AddRaftVoter } from "@odradek/protocol/messages/add_raft_voter";
import { BeginQuorumEpoch } from "@odradek/protocol/messages/begin_quorum_epoch";
import { BrokerHeartbeat } from "@odradek/protocol/messages/broker_heartbeat";
import { BrokerRegistration } from "@odradek/protocol/messages/broker_registration";
import { DescribeCluster } from "@odradek/protocol/messages/describe_cluster";
import { DescribeQuorum } from "@odradek/protocol/messages/describe_quorum";
import { ElectLeaders } from "@odradek/protocol/messages/elect_leaders";
import { EndQuorumEpoch } from "@odradek/protocol/messages/end_quorum_epoch";
import { RemoveRaftVoter } from "@odradek/protocol/messages/remove_raft_voter";
import { UnregisterBroker } from "@odradek/protocol/messages/unregister_broker";
import { UpdateFeatures } from "@odradek/protocol/messages/update_features";
import { UpdateRaftVoter } from "@odradek/protocol/messages/update_raft_voter";
import { Vote } from "@odradek/protocol/messages/vote";
import type { AnyApi, RequestDraft } from "@odradek/protocol/schema/mod";
import { freePort, removeFolder, temporaryFolder } from "../integration/processes.ts";

interface Case {
  readonly name: string;
  readonly api: AnyApi;
  readonly version: number;
  readonly body: object;
}

function asked<A extends AnyApi>(
  name: string,
  [api, version]: readonly [A, number],
  body: RequestDraft<A>,
): Case {
  return { name, api, version, body };
}

const TIMEOUT_MS = 10_000;
const NODE = 1;
const OUTSIDER = 77;
const DIRECTORY = "AAAAAAAAQACAAAAAAAAAAw" as Uuid;
const NO_DIRECTORY = "AAAAAAAAAAAAAAAAAAAAAA" as Uuid;
const TOPIC = "__cluster_metadata";
const LISTENERS = [{ name: "CONTROLLER", host: "127.0.0.1", port: 1 }];

/** Of `__cluster_metadata` alone. */
const one = <P extends object>(partition: P) => [
  { topicName: TOPIC, partitions: [{ partitionIndex: 0, ...partition }] },
];

const newVoter = {
  clusterId: null,
  timeoutMs: 3000,
  voterId: OUTSIDER,
  voterDirectoryId: DIRECTORY,
  listeners: LISTENERS,
};
const update = {
  clusterId: null,
  currentLeaderEpoch: 1,
  voterId: NODE,
  voterDirectoryId: DIRECTORY,
  listeners: LISTENERS,
  kRaftVersionFeature: { minSupportedVersion: 0, maxSupportedVersion: 1 },
};
const vote = {
  replicaEpoch: 0,
  replicaId: OUTSIDER,
  replicaDirectoryId: DIRECTORY,
  voterDirectoryId: NO_DIRECTORY,
  lastOffsetEpoch: 0,
  lastOffset: 0n,
  preVote: true,
};
const feature = (name: string, maxVersionLevel: number, upgradeType = 1) => ({
  timeoutMs: 3000,
  featureUpdates: [{ feature: name, maxVersionLevel, upgradeType }],
  validateOnly: true,
});

const CASES: readonly Case[] = [
  ...[0, 1, 2].map((version) =>
    asked(`the quorum, version ${version}`, [DescribeQuorum, version], { topics: one({}) })
  ),
  asked("another topic of the quorum", [DescribeQuorum, 2], {
    topics: [{ topicName: "other", partitions: [{ partitionIndex: 0 }] }],
  }),
  ...[0, 1, 2, 3].map((endpointType) =>
    asked(`the cluster, endpoints of type ${endpointType}`, [DescribeCluster, 2], {
      includeClusterAuthorizedOperations: false,
      endpointType,
    })
  ),
  asked("a voter that votes already", [AddRaftVoter, 1], { ...newVoter, voterId: NODE }),
  asked("a voter of another cluster", [AddRaftVoter, 1], { ...newVoter, clusterId: "other" }),
  asked("a voter without a directory", [AddRaftVoter, 0], {
    ...newVoter,
    voterDirectoryId: NO_DIRECTORY,
  }),
  asked("a voter without listeners", [AddRaftVoter, 0], { ...newVoter, listeners: [] }),
  asked("a voter that nobody reaches", [AddRaftVoter, 0], newVoter),
  ...[NODE, OUTSIDER, -1].map((voterId) =>
    asked(`no voter ${voterId} of that directory`, [RemoveRaftVoter, 0], {
      clusterId: null,
      voterId,
      voterDirectoryId: DIRECTORY,
    })
  ),
  asked("an update of another cluster", [UpdateRaftVoter, 0], { ...update, clusterId: "other" }),
  asked("an update in a later epoch", [UpdateRaftVoter, 0], { ...update, currentLeaderEpoch: 99 }),
  asked("an update in an older epoch", [UpdateRaftVoter, 0], { ...update, currentLeaderEpoch: 0 }),
  asked("an update of nobody", [UpdateRaftVoter, 0], { ...update, voterId: OUTSIDER }),
  asked("an update without listeners", [UpdateRaftVoter, 0], { ...update, listeners: [] }),
  asked("an update of one that is too old", [UpdateRaftVoter, 0], {
    ...update,
    kRaftVersionFeature: { minSupportedVersion: 0, maxSupportedVersion: 0 },
  }),
  asked("a vote of another cluster", [Vote, 2], {
    clusterId: "other",
    voterId: NODE,
    topics: one(vote),
  }),
  asked("a vote in an older epoch", [Vote, 2], {
    clusterId: null,
    voterId: NODE,
    topics: one(vote),
  }),
  ...[null, "other"].map((clusterId) =>
    asked(`a leader of an older epoch, cluster ${clusterId}`, [BeginQuorumEpoch, 1], {
      clusterId,
      voterId: NODE,
      topics: one({ voterDirectoryId: NO_DIRECTORY, leaderId: OUTSIDER, leaderEpoch: 0 }),
      leaderEndpoints: LISTENERS,
    })
  ),
  ...[null, "other"].map((clusterId) =>
    asked(`the end of an older epoch, cluster ${clusterId}`, [EndQuorumEpoch, 1], {
      clusterId,
      topics: one({ leaderId: OUTSIDER, leaderEpoch: 0, preferredCandidates: [] }),
      leaderEndpoints: LISTENERS,
    })
  ),
  asked("a broker of another cluster", [BrokerRegistration, 4], {
    brokerId: OUTSIDER,
    clusterId: "other",
    incarnationId: DIRECTORY,
    listeners: [{ name: "PLAINTEXT", host: "127.0.0.1", port: 1, securityProtocol: 0 }],
    features: [],
    rack: null,
    logDirs: [DIRECTORY],
    previousBrokerEpoch: -1n,
  }),
  asked("a heartbeat of a broker that is not registered", [BrokerHeartbeat, 1], {
    brokerId: OUTSIDER,
    brokerEpoch: 1n,
    currentMetadataOffset: 0n,
    wantFence: false,
    wantShutDown: false,
    offlineLogDirs: [],
  }),
  asked("unregistering who is not registered", [UnregisterBroker, 0], { brokerId: OUTSIDER }),
  asked("a feature that is not there", [UpdateFeatures, 1], feature("other", 1)),
  asked("a level that is not there", [UpdateFeatures, 2], feature("metadata.version", 9999)),
  asked("the quorum's own feature, down", [UpdateFeatures, 1], feature("kraft.version", 0, 3)),
  asked("the quorum's own feature, as it is", [UpdateFeatures, 1], feature("kraft.version", 1)),
  asked("an election of an unknown topic", [ElectLeaders, 2], {
    electionType: 0,
    topicPartitions: [{ topic: "other", partitions: [0] }],
    timeoutMs: 3000,
  }),
];

/** What differs between the two, a line each. Starts Apache Kafka for as long as it takes. */
export async function compareControllers(peers: string, ours: string): Promise<string[]> {
  const directory = await temporaryFolder("kafka");
  const port = await freePort();
  const kafka = (...args: string[]): void => {
    const { status, stderr } = spawnSync(join(peers, "kafka"), args, { encoding: "utf8" });
    if (status !== 0) throw new Error(`kafka ${args.join(" ")}: ${stderr}`);
  };
  kafka("start", "--dir", directory, "--port", `${port}`);
  try {
    const theirs = `127.0.0.1:${port + 10}`;
    const differences: string[] = [];
    for (const one of CASES) {
      const [own, other] = [await answerOf(ours, one), await answerOf(theirs, one)];
      if (own !== other) differences.push(`${one.name}:\n  ours   ${own}\n  theirs ${other}`);
    }
    console.log(`controllers: ${CASES.length - differences.length} of ${CASES.length} cases`);
    return differences;
  } finally {
    kafka("stop", "--dir", directory, "--wipe");
    await removeFolder(directory);
  }
}

/** In order, or why there is none. */
async function answerOf(address: string, { api, version, body }: Case): Promise<string> {
  const [host = "", port] = address.split(":");
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const socket = await tcpTransport().connect({ host, port: Number(port) }, signal);
  const peer = new Peer(socket, { clock: systemClock, clientId: "compare" });
  try {
    const request = { version, body: body as RequestDraft<AnyApi> };
    return comparable(await peer.ask(api, request, { timeoutMs: TIMEOUT_MS }));
  } catch (error) {
    return String(error).replace(address, "ADDRESS");
  } finally {
    peer.close();
  }
}

/** What is the cluster's own, what changes while one looks, and words. */
const OWN = new Set([
  "clusterId",
  "errorMessage",
  "highWatermark",
  "logEndOffset",
  "port",
  "throttleTimeMs",
]);

function comparable(answer: unknown): string {
  return JSON.stringify(answer, (key, value: unknown) => {
    if (OWN.has(key) || /Timestamp$/.test(key)) return "…";
    if (typeof value === "bigint") return Number(value);
    return typeof value === "string" ? value.replaceAll(/\b[\w-]{22}\b/g, "ID") : value;
  });
}
