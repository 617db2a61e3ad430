// A broker process has started and wants to belong to the cluster. It begins fenced: it leads
// nothing until it has caught up with the metadata.

import { type NodeId, safeInteger, type Uuid, uuidToBytes } from "@odradek/base";
import type { BrokerRegistrationRequest } from "@odradek/protocol/messages/broker_registration";
import { Refusal } from "@odradek/protocol/refusal";
import type { MetadataRecordDraft } from "@odradek/protocol/schemas/metadata/mod";
import { type BrokerImage, type ClusterImage, hasDirectories } from "@odradek/metadata";
import type { SessionKey } from "../sessions/broker_sessions.ts";
import type { Circumstances, Decision } from "./decision.ts";
import { type ElectionGround, keepsEligible } from "./election_rules.ts";
import { recordsWithoutBroker, recordsWithoutContent } from "./leaders.ts";

/** What is known of the sessions of brokers. */
export interface KnownSessions {
  /** It is heard, on a connection that still is. */
  isAlive(key: SessionKey): boolean;
  /** It has not been heard for too long. */
  isOver(key: SessionKey): boolean;
}

export interface RegistrationCircumstances extends Circumstances {
  readonly sessions: KnownSessions;
}

/** The reply is the broker's epoch. */
export function decideRegisterBroker(
  next: ClusterImage,
  request: BrokerRegistrationRequest,
  { clusterId, config, nextOffset, sessions }: RegistrationCircumstances,
): Decision<number> {
  checkCluster(request, clusterId);
  if (hasDirectories(next)) checkDirectories(request);
  checkFeatures(next, request);
  const id = request.brokerId as NodeId;
  const known = next.brokers.get(id);
  if (known?.incarnationId === request.incarnationId) return { records: [], reply: known.epoch };
  if (known !== undefined) checkOldLife(known, request, sessions);
  const fencing = endOfOldLife({ image: next, config }, request, known);
  const brokerEpoch = nextOffset + fencing.length;
  const registration: MetadataRecordDraft = {
    type: "RegisterBrokerRecord",
    brokerId: request.brokerId,
    incarnationId: request.incarnationId,
    brokerEpoch: BigInt(brokerEpoch),
    endPoints: request.listeners,
    features: request.features,
    rack: request.rack,
    fenced: true,
    inControlledShutdown: false,
    logDirs: hasDirectories(next) ? request.logDirs : [],
  };
  return { records: [...fencing, registration], reply: brokerEpoch };
}

/**
 * A new incarnation: whatever the old one led, it leads no more. If it did not stop in order, its
 * disk may not have what it had, and it is not eligible to lead either (KIP-966).
 */
function endOfOldLife(
  ground: ElectionGround,
  { brokerId, previousBrokerEpoch }: BrokerRegistrationRequest,
  known: BrokerImage | undefined,
): MetadataRecordDraft[] {
  const id = brokerId as NodeId;
  const isClean = known !== undefined && safeInteger(previousBrokerEpoch) === known.epoch;
  if (keepsEligible(ground.image) && !isClean) return recordsWithoutContent(ground, id);
  return known === undefined ? [] : recordsWithoutBroker(ground, id);
}

/**
 * Two processes must not be one broker. The old one is gone if its connection is and the new one
 * has its directories, which nobody else can have opened; or if its session is over.
 */
function checkOldLife(
  { id, epoch, directories }: BrokerImage,
  { logDirs }: BrokerRegistrationRequest,
  sessions: KnownSessions,
): void {
  const key = { id, epoch };
  const hasItsDirectories = directories.length === 0 ||
    directories.some((directory) => logDirs.includes(directory));
  if (sessions.isOver(key) || (hasItsDirectories && !sessions.isAlive(key))) return;
  throw new Refusal(
    "DUPLICATE_BROKER_REGISTRATION",
    `Another process is broker ${id}, and alive: give this one another node.id`,
  );
}

function checkCluster({ brokerId, clusterId }: BrokerRegistrationRequest, own: string): void {
  if (clusterId === own) return;
  throw new Refusal(
    "INCONSISTENT_CLUSTER_ID",
    `Broker ${brokerId} belongs to cluster ${clusterId}, this is ${own}`,
  );
}

function checkDirectories({ brokerId, logDirs }: BrokerRegistrationRequest): void {
  const refuse = (what: string): never => {
    throw new Refusal("INVALID_REGISTRATION", `Broker ${brokerId} registers ${what}`);
  };
  if (logDirs.length === 0) refuse("no log directory");
  if (logDirs.some(isReserved)) refuse("a log directory with a reserved id");
  if (new Set(logDirs).size < logDirs.length) refuse("a log directory twice");
}

/** The lowest hundred stand for directories that are lost, not assigned and so on (KIP-858). */
function isReserved(directoryId: Uuid): boolean {
  const bytes = uuidToBytes(directoryId);
  return bytes.subarray(0, 15).every((byte) => byte === 0) && (bytes[15] ?? 0) < RESERVED_IDS;
}

const RESERVED_IDS = 100;

function checkFeatures(
  next: ClusterImage,
  { brokerId, features }: BrokerRegistrationRequest,
): void {
  for (const [name, level] of next.features) {
    const range = features.find((feature) => feature.name === name);
    const min = range?.minSupportedVersion ?? 0;
    const max = range?.maxSupportedVersion ?? 0;
    if (level >= min && level <= max) continue;
    throw new Refusal(
      "UNSUPPORTED_VERSION",
      `Broker ${brokerId} supports ${name} ${min} to ${max}, the cluster runs ${level}`,
    );
  }
}

/** The epoch that a request names must be that of the broker's registration. */
export function checkBrokerEpoch(next: ClusterImage, id: number, epoch: bigint): void {
  const broker = next.brokers.get(id as NodeId);
  if (broker === undefined) {
    throw new Refusal("STALE_BROKER_EPOCH", `No broker registration found for broker id ${id}`);
  }
  if (broker.epoch === safeInteger(epoch)) return;
  throw new Refusal("STALE_BROKER_EPOCH", `Broker ${id} has epoch ${broker.epoch}, not ${epoch}`);
}
