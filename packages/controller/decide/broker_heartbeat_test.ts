// The states of a broker, heartbeat by heartbeat: the table at the head of broker_heartbeat.ts.

import type { BrokerHeartbeatRequest } from "@odradek/protocol/messages/broker_heartbeat";
import { type BrokerImage, type ClusterImage, isActive } from "@odradek/metadata";
import { brokerRecord, imageOf, topicRecords, uuidOf } from "@odradek/metadata/testing/image_of";
import type { MetadataRecordDraft } from "@odradek/protocol/schemas/metadata/mod";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { circumstances, refuses } from "../testing/circumstances.ts";
import { decideBrokerHeartbeat, type HeartbeatReply } from "./broker_heartbeat.ts";

const test = suite("decideBrokerHeartbeat");

const EPOCH = 50;

/** Of broker 1; nothing is wanted and everything read, if nothing else is said. */
function heartbeat(draft: Partial<BrokerHeartbeatRequest> = {}): BrokerHeartbeatRequest {
  return {
    brokerId: 1,
    brokerEpoch: BigInt(EPOCH),
    currentMetadataOffset: BigInt(EPOCH),
    wantFence: false,
    wantShutDown: false,
    offlineLogDirs: [],
    cordonedLogDirs: null,
    ...draft,
  };
}

type State = "fenced" | "unfenced" | "leaving";
type Holds = "leads" | "follows" | "alone" | "idle" | "nothing";

const PARTITIONS = {
  leads: [{ replicas: [1, 2] }],
  follows: [{ replicas: [2, 1] }],
  alone: [{ replicas: [1] }],
  idle: [{ replicas: [1], leader: -1 }],
  nothing: [{ replicas: [2] }],
} as const;

function given(state: State, holds: Holds): ClusterImage {
  return imageOf([
    brokerRecord({
      id: 1,
      epoch: EPOCH,
      isFenced: state === "fenced",
      isInControlledShutdown: state === "leaving",
    }),
    brokerRecord({ id: 2 }),
    ...topicRecords("t", 1, PARTITIONS[holds]),
  ]);
}

const BROKER = { type: "BrokerRegistrationChangeRecord", brokerId: 1, brokerEpoch: 50n } as const;
const FENCED: MetadataRecordDraft = { ...BROKER, fenced: 1 };
const UNFENCED: MetadataRecordDraft = { ...BROKER, fenced: -1 };
const LEAVING: MetadataRecordDraft = { ...BROKER, inControlledShutdown: 1 };
const partition = (what: object): MetadataRecordDraft => ({
  type: "PartitionChangeRecord",
  partitionId: 0,
  topicId: uuidOf(1),
  ...what,
});
const HANDED_OVER = partition({ leader: 2, isr: [2] });
const LEFT = partition({ isr: [2] });
const NO_LEADER = partition({ leader: -1 });
const LED_AGAIN = partition({ leader: 1 });

const STAY = { wantShutDown: false };
const BEHIND = { currentMetadataOffset: BigInt(EPOCH - 1) };
const FENCE = { wantFence: true };
const END = { wantShutDown: true };

test("decideBrokerHeartbeat follows its table", () => {
  type Row = [
    given: [State, Holds],
    heartbeat: Partial<BrokerHeartbeatRequest>,
    records: MetadataRecordDraft[],
    reply: Partial<HeartbeatReply>,
  ];
  const table: Row[] = [
    [["fenced", "nothing"], STAY, [UNFENCED], {}],
    [["fenced", "idle"], STAY, [UNFENCED, LED_AGAIN], {}],
    [["fenced", "idle"], BEHIND, [], { isFenced: true, isCaughtUp: false }],
    [["fenced", "idle"], FENCE, [], { isFenced: true }],
    [["fenced", "idle"], END, [], { isFenced: true, shouldShutDown: true }],
    [["fenced", "idle"], { ...END, ...BEHIND }, [], {
      isFenced: true,
      isCaughtUp: false,
      shouldShutDown: true,
    }],
    [["unfenced", "leads"], STAY, [], {}],
    [["unfenced", "leads"], BEHIND, [], { isCaughtUp: false }],
    [["unfenced", "leads"], FENCE, [FENCED, HANDED_OVER], { isFenced: true }],
    [["unfenced", "alone"], FENCE, [FENCED, NO_LEADER], { isFenced: true }],
    [["unfenced", "follows"], FENCE, [FENCED, LEFT], { isFenced: true }],
    [["unfenced", "leads"], END, [LEAVING, HANDED_OVER], {}],
    [["unfenced", "alone"], END, [LEAVING, NO_LEADER], {}],
    [["unfenced", "follows"], END, [FENCED, LEFT], { isFenced: true, shouldShutDown: true }],
    [["unfenced", "nothing"], END, [FENCED], { isFenced: true, shouldShutDown: true }],
    [["leaving", "leads"], END, [HANDED_OVER], {}],
    [["leaving", "nothing"], END, [FENCED], { isFenced: true, shouldShutDown: true }],
    [["leaving", "nothing"], STAY, [], {}],
  ];
  for (const [[state, holds], request, records, reply] of table) {
    const message = `${state} ${holds} ${Object.keys(request)}`;
    const image = given(state, holds);
    const decision = decideBrokerHeartbeat(image, heartbeat(request), circumstances());
    assert.equal(decision.records, records, message);
    const expected = { isCaughtUp: true, isFenced: false, shouldShutDown: false, ...reply };
    assert.equal(decision.reply, expected, message);
  }
});

test("decideBrokerHeartbeat lets a broker go step by step, and says so again", () => {
  let image = given("unfenced", "alone");
  const replies: boolean[] = [];
  for (let i = 0; i < 4; i++) {
    const { records, reply } = decideBrokerHeartbeat(image, heartbeat(END), circumstances());
    replies.push(reply.shouldShutDown);
    image = imageOf(records, image);
    assert.is(isActive([...image.brokers.values()][0] as BrokerImage), false);
  }
  assert.equal(replies, [false, true, true, true]);
});

test("decideBrokerHeartbeat refuses brokers that are not registered, or were", () => {
  const image = given("unfenced", "leads");
  const unknown = heartbeat({ brokerId: 9 });
  const decide = (request: BrokerHeartbeatRequest) =>
    decideBrokerHeartbeat(image, request, circumstances());
  refuses(() => decide(unknown), "STALE_BROKER_EPOCH", "broker id 9");
  const stale = heartbeat({ brokerEpoch: 49n });
  refuses(() => decide(stale), "STALE_BROKER_EPOCH", "epoch 50, not 49");
});

test.run();
