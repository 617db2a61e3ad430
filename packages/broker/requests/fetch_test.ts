// Who may fetch.

import { SimulatedClock } from "@odradek/base/testing/simulated_clock";
import { configOf } from "@odradek/metadata/configs/mod";
import type { Hooks } from "@odradek/network";
import { errorName } from "@odradek/protocol/errors";
import { Fetch } from "@odradek/protocol/messages/fetch";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { fakePartitions } from "../testing/fake_partitions.ts";
import { clusterImage, testUuid } from "../testing/images.ts";
import { answerOf, denying } from "../testing/requests.ts";
import { fetchEndpoint } from "./fetch.ts";

const test = suite("fetch request");

const VERSION = 17;
const TOPIC_ID = testUuid(1);

async function errorOf(hooks: Hooks, replicaId: number): Promise<string> {
  const image = clusterImage({ topics: [{ name: "t", id: TOPIC_ID }] });
  const services = {
    image: () => image,
    hooks,
    partitions: fakePartitions({
      fetch: () => ({
        highWatermark: 0,
        lastStableOffset: 0,
        logStartOffset: 0,
        lease: undefined,
        sizeBytes: 0,
        aborted: undefined,
        diverging: undefined,
      }),
    }),
    clock: new SimulatedClock(),
    config: configOf({}),
  };
  const answer = await answerOf(Fetch, fetchEndpoint(services as never), {
    version: VERSION,
    body: {
      replicaState: { replicaId },
      maxWaitMs: 0,
      minBytes: 0,
      topics: [{
        topicId: TOPIC_ID,
        partitions: [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1000 }],
      }],
    },
  });
  return errorName(answer.responses[0]?.partitions[0]?.errorCode ?? -1);
}

test("Fetch is for who may read the topic, and for followers of the cluster", async () => {
  const [consumer, follower] = [-1, 2];
  const noReading = denying("Read Topic t");
  assert.is(await errorOf(noReading, consumer), "TOPIC_AUTHORIZATION_FAILED");
  assert.is(await errorOf(noReading, follower), "NONE");
  const noAction = denying("ClusterAction Cluster kafka-cluster");
  assert.is(await errorOf(noAction, consumer), "NONE");
  assert.is(await errorOf(noAction, follower), "TOPIC_AUTHORIZATION_FAILED");
});

test.run();
