// What a broker tells of where its replicas lie.

import { Fault, nodeId } from "@odradek/base";
import { SimulatedClock } from "@odradek/base/testing/simulated_clock";
import { errors } from "@odradek/protocol/errors";
import type {
  AssignReplicasToDirsRequest,
} from "@odradek/protocol/messages/assign_replicas_to_dirs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { testUuid } from "../testing/images.ts";
import { DirectoryAssignments } from "./directory_assignments.ts";

const test = suite("DirectoryAssignments");

const [TOPIC, ONE, TWO] = [testUuid(1), testUuid(71), testUuid(72)];

/** With a controller that answers each request with the next of these; "none" with none. */
function bench(answers: (keyof typeof errors | "none")[]) {
  const clock = new SimulatedClock();
  const asked: string[][] = [];
  const ask = (_api: unknown, _version: number, body: AssignReplicasToDirsRequest) => {
    const error = answers.shift() ?? "NONE";
    asked.push(body.directories.flatMap(({ id, topics }) =>
      topics.flatMap(({ partitions }) =>
        partitions.map(({ partitionIndex }) => `${partitionIndex} in ${id === ONE ? "one" : "two"}`)
      )
    ));
    if (error === "none") return Promise.reject(new Fault("network", "Nobody answers"));
    const errorCode = errors[error].code;
    return Promise.resolve({
      errorCode: 0,
      directories: body.directories.map(({ id, topics }) => ({
        id,
        topics: topics.map(({ topicId, partitions }) => ({
          topicId,
          partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode })),
        })),
      })),
    });
  };
  const assignments = new DirectoryAssignments({
    nodeId: nodeId(1),
    brokerEpoch: () => 5,
    controller: { ask } as never,
    clock,
  });
  const add = (partition: number, directory = ONE) =>
    assignments.add({ topicId: TOPIC, partition }, directory);
  return { clock, asked, add, assignments };
}

test("DirectoryAssignments tells together what has come together, once", async () => {
  const { clock, asked, add } = bench([]);
  add(0);
  add(1, TWO);
  add(2);
  await clock.runUntil(10_000);
  assert.equal(asked, [["0 in one", "2 in one", "1 in two"]]);
  add(3);
  await clock.runUntil(20_000);
  assert.equal(asked.slice(1), [["3 in one"]]);
});

test("DirectoryAssignments tells again until it is known, or nobody wants to know", async () => {
  const { clock, asked, add } = bench(["none", "NOT_CONTROLLER", "UNKNOWN_TOPIC_ID"]);
  add(0);
  await clock.runUntil(10_000);
  assert.is(asked.length, 3);
});

test("DirectoryAssignments stops", async () => {
  const { clock, asked, add, assignments } = bench(["none", "none", "none"]);
  add(0);
  await clock.runUntil(100);
  assignments.stop();
  await clock.runUntil(10_000);
  assert.is(asked.length, 1);
});

test.run();
