// What answers to Metadata make of the picture of a cluster.

import { ZERO_UUID } from "@odradek/base";
import type { Metadata } from "@odradek/protocol/messages/metadata";
import type { Response } from "@odradek/protocol/schema/mod";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { NOTHING_KNOWN, viewAfter } from "./view.ts";

const test = suite("view");
const ID = "AQIAAAAAAAAAAAAAAAAAAA" as typeof ZERO_UUID;

function answer(leaderId: number, leaderEpoch: number, topicId = ID): Response<typeof Metadata> {
  const partition = { errorCode: 0, replicaNodes: [1, 2], isrNodes: [1], offlineReplicas: [] };
  return {
    throttleTimeMs: 0,
    brokers: [{ nodeId: 1, host: "a", port: 1, rack: null }],
    clusterId: "c",
    controllerId: 1,
    topics: [
      {
        errorCode: 0,
        name: "t",
        topicId,
        isInternal: false,
        partitions: [{ ...partition, partitionIndex: 0, leaderId, leaderEpoch }],
        topicAuthorizedOperations: 0,
      },
      {
        errorCode: 3,
        name: "none",
        topicId: ZERO_UUID,
        isInternal: false,
        partitions: [],
        topicAuthorizedOperations: 0,
      },
    ],
    clusterAuthorizedOperations: 0,
    errorCode: 0,
  };
}

const leaderIn = (view: typeof NOTHING_KNOWN) => view.topics.get("t")?.partitions[0]?.leader;

test("viewAfter tells topics from refusals", () => {
  const view = viewAfter(NOTHING_KNOWN, answer(1, 0));
  assert.is(leaderIn(view), 1);
  assert.is(view.refusals.get("none")?.error, "UNKNOWN_TOPIC_OR_PARTITION");
  assert.equal(view.nodes.get(1), { id: 1, host: "a", port: 1, rack: null });
});

test("viewAfter does not believe a leader of an older epoch, but for another topic", () => {
  const view = viewAfter(NOTHING_KNOWN, answer(2, 7));
  assert.is(leaderIn(viewAfter(view, answer(1, 6))), 2);
  assert.is(leaderIn(viewAfter(view, answer(1, 7))), 1);
  assert.is(leaderIn(viewAfter(view, answer(-1, 8))), undefined);
  const another = "AQMAAAAAAAAAAAAAAAAAAA" as typeof ID;
  assert.is(leaderIn(viewAfter(view, answer(1, 0, another))), 1);
});

test.run();
