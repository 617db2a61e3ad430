// A broker says that it lives, how far it has read the metadata, and what it wants to be.
//
// | state               | heartbeat                             | next                 |
// |---------------------|---------------------------------------|----------------------|
// | fenced              | wants to shut down                    | may end now          |
// | fenced              | has read its own registration         | unfenced             |
// | unfenced            | wants to be fenced                    | fenced               |
// | unfenced            | wants to shut down, leads nothing     | fenced, may end now  |
// | unfenced            | wants to shut down, leads something   | controlled shutdown  |
// | controlled shutdown | leads nothing any more                | fenced, may end now  |
//
// Log directories that have failed are told with each; what lies there moves to other brokers.

import { type NodeId, safeInteger, type Uuid } from "@odradek/base";
import type { BrokerHeartbeatRequest } from "@odradek/protocol/messages/broker_heartbeat";
import type { MetadataRecordDraft } from "@odradek/protocol/schemas/metadata/mod";
import type { BrokerImage, ClusterImage } from "@odradek/metadata";
import type { Circumstances, Decision } from "./decision.ts";
import type { ElectionGround } from "./election_rules.ts";
import {
  leadsAnything,
  recordsWithBroker,
  recordsWithoutBroker,
  recordsWithoutDirectories,
} from "./leaders.ts";
import { checkBrokerEpoch } from "./register_broker.ts";

export interface HeartbeatReply {
  readonly isCaughtUp: boolean;
  readonly isFenced: boolean;
  readonly shouldShutDown: boolean;
}

/** What the record says where a state begins and where it ends. */
const BEGINS = 1;
const ENDS = -1;

export function decideBrokerHeartbeat(
  next: ClusterImage,
  request: BrokerHeartbeatRequest,
  { config }: Pick<Circumstances, "config">,
): Decision<HeartbeatReply> {
  checkBrokerEpoch(next, request.brokerId, request.brokerEpoch);
  const broker = next.brokers.get(request.brokerId as NodeId) as BrokerImage;
  const isCaughtUp = safeInteger(request.currentMetadataOffset) >= broker.epoch;
  const ground = { image: next, config };
  const reply = { isCaughtUp, isFenced: broker.isFenced, shouldShutDown: false };
  if (request.wantShutDown) return shutDown(ground, broker, reply);
  if (broker.isFenced && !request.wantFence && isCaughtUp) {
    const records = [change(broker, { fenced: ENDS }), ...recordsWithBroker(ground, broker.id)];
    return { records, reply: { ...reply, isFenced: false } };
  }
  if (!broker.isFenced && request.wantFence) {
    const left = recordsWithoutBroker(ground, broker.id);
    const records = [change(broker, { fenced: BEGINS }), ...left];
    return { records, reply: { ...reply, isFenced: true } };
  }
  return { records: withoutFailed(ground, broker, request.offlineLogDirs), reply };
}

/** The first heartbeat that tells of a failed directory counts; who has none left ends itself. */
function withoutFailed(
  ground: ElectionGround,
  broker: BrokerImage,
  offline: readonly Uuid[],
): MetadataRecordDraft[] {
  const failed = broker.directories.filter((id) => offline.includes(id));
  const logDirs = broker.directories.filter((id) => !offline.includes(id));
  if (failed.length === 0 || logDirs.length === 0) return [];
  return [
    ...recordsWithoutDirectories(ground, broker.id, failed),
    change(broker, { logDirs }),
  ];
}

function shutDown(
  ground: ElectionGround,
  broker: BrokerImage,
  reply: HeartbeatReply,
): Decision<HeartbeatReply> {
  if (broker.isFenced) return { records: [], reply: { ...reply, shouldShutDown: true } };
  const handedOver = recordsWithoutBroker(ground, broker.id);
  if (!leadsAnything(ground.image, broker.id)) {
    const records = [change(broker, { fenced: BEGINS }), ...handedOver];
    return { records, reply: { ...reply, isFenced: true, shouldShutDown: true } };
  }
  const leaving = broker.isInControlledShutdown
    ? []
    : [change(broker, { inControlledShutdown: BEGINS })];
  return { records: [...leaving, ...handedOver], reply };
}

function change(
  { id, epoch }: BrokerImage,
  what: {
    readonly fenced?: number;
    readonly inControlledShutdown?: number;
    readonly logDirs?: readonly Uuid[];
  },
): MetadataRecordDraft {
  return {
    type: "BrokerRegistrationChangeRecord",
    brokerId: id,
    brokerEpoch: BigInt(epoch),
    ...what,
  };
}
