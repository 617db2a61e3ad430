// Log directories as a broker tells of them.

import { nodeId } from "@odradek/base";
import { allowAll } from "@odradek/network";
import { errorName } from "@odradek/protocol/errors";
import { AlterReplicaLogDirs } from "@odradek/protocol/messages/alter_replica_log_dirs";
import { DescribeLogDirs } from "@odradek/protocol/messages/describe_log_dirs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { takeOffline } from "../partitions/log_directories.ts";
import { logDirectory } from "../testing/directories.ts";
import { fakePartitions } from "../testing/fake_partitions.ts";
import { clusterImage, testUuid } from "../testing/images.ts";
import { answerOf, denying, versionsOf } from "../testing/requests.ts";
import { alterReplicaLogDirsEndpoint } from "./alter_replica_log_dirs.ts";
import { describeLogDirsEndpoint } from "./describe_log_dirs.ts";

const test = suite("log dirs requests");

const [ONE, TWO] = [testUuid(101), testUuid(102)];

/** Even partitions lie in the first directory, odd ones in the second; 3 is not there yet. */
function services() {
  const topic = { name: "t", id: testUuid(1), partitions: [{}, {}, { replicas: [2] }, {}] };
  const image = clusterImage({ topics: [topic, { name: "u", id: testUuid(2) }] });
  return {
    image: () => image,
    hooks: allowAll,
    nodeId: nodeId(1),
    partitions: fakePartitions({
      located: ({ partition }) =>
        partition === 3 ? { refused: "NOT_LEADER_OR_FOLLOWER" } : {
          directoryId: partition % 2 === 0 ? ONE : TWO,
          sizeBytes: 100 + partition,
          lag: 0,
        },
    }),
    logDirs: {
      all: [logDirectory("/one", { id: ONE }), logDirectory("/two", { id: TWO })],
      space: () => Promise.resolve({ totalBytes: 1000, usableBytes: 400 }),
    },
  };
}

test("DescribeLogDirs tells what lies in each directory, in every version", async () => {
  const endpoint = describeLogDirsEndpoint(services());
  for (const version of versionsOf(endpoint)) {
    const { results } = await answerOf(DescribeLogDirs, endpoint, {
      version,
      body: { topics: null },
    });
    const found = results.map(({ logDir, topics }) => [
      logDir,
      topics.map(({ name, partitions }) => [
        name,
        partitions.map(({ partitionIndex, partitionSize }) => [partitionIndex, partitionSize]),
      ]),
    ]);
    assert.equal(found, [
      ["/one", [["t", [[0, 100n]]], ["u", [[0, 100n]]]]],
      ["/two", [["t", [[1, 101n]]]]],
    ]);
    const bytes = version >= 4 ? [1000n, 400n] : [-1n, -1n];
    assert.equal([results[0]?.totalBytes, results[0]?.usableBytes], bytes);
  }
});

test("DescribeLogDirs tells of no more than it is asked for", async () => {
  const endpoint = describeLogDirsEndpoint(services());
  const sizes = async (topics: { topic: string; partitions: number[] }[]) => {
    const { results } = await answerOf(DescribeLogDirs, endpoint, { version: 5, body: { topics } });
    return results.map((one) => one.topics.flatMap(({ partitions }) => partitions).length);
  };
  assert.equal(await sizes([{ topic: "t", partitions: [1, 9] }]), [0, 1]);
  assert.equal(await sizes([{ topic: "nope", partitions: [0] }]), [0, 0]);
  assert.equal(await sizes([]), [0, 0]);
});

test("DescribeLogDirs tells which directories have failed, and does not look at them", async () => {
  const { logDirs, ...others } = services();
  for (const one of logDirs.all) takeOffline(one);
  const space = () => Promise.reject(new Error("nobody asks"));
  const endpoint = describeLogDirsEndpoint({ ...others, logDirs: { ...logDirs, space } });
  for (const version of versionsOf(endpoint)) {
    const request = { version, body: { topics: null } };
    const { results } = await answerOf(DescribeLogDirs, endpoint, request);
    assert.equal(
      results.map((one) => [one.logDir, errorName(one.errorCode), one.topics, one.usableBytes]),
      ["/one", "/two"].map((path) => [path, "KAFKA_STORAGE_ERROR", [], -1n]),
    );
  }
});

test("DescribeLogDirs is not for everybody", async () => {
  const hooks = denying("Describe Cluster kafka-cluster");
  const endpoint = describeLogDirsEndpoint({ ...services(), hooks });
  const answer = await answerOf(DescribeLogDirs, endpoint, { version: 5, body: { topics: null } });
  assert.is(errorName(answer.errorCode), "CLUSTER_AUTHORIZATION_FAILED");
});

test("AlterReplicaLogDirs leaves replicas where they lie", async () => {
  const endpoint = alterReplicaLogDirsEndpoint(services());
  for (const version of versionsOf(endpoint)) {
    const dirs = [
      { path: "/one", topics: [{ name: "t", partitions: [0, 1, 9] }] },
      { path: "/three", topics: [{ name: "u", partitions: [0] }] },
    ];
    const { results } = await answerOf(AlterReplicaLogDirs, endpoint, { version, body: { dirs } });
    const errors = results.map(({ topicName, partitions }) => [
      topicName,
      partitions.map(({ errorCode }) => errorName(errorCode)),
    ]);
    assert.equal(errors, [
      ["t", ["NONE", "INVALID_REQUEST", "UNKNOWN_TOPIC_OR_PARTITION"]],
      ["u", ["LOG_DIR_NOT_FOUND"]],
    ]);
  }
});

test.run();
