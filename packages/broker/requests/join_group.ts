// JoinGroup: the answer may take as long as a rebalance.

import type { Random } from "@odradek/base";
import { type Endpoint, endpoint, type RequestContext } from "@odradek/network";
import {
  JoinGroup,
  type JoinGroupRequest,
  type JoinGroupResponse,
} from "@odradek/protocol/messages/join_group";
import { errorCode } from "@odradek/protocol/errors";
import { Refusal } from "@odradek/protocol/refusal";
import { joinRefused } from "../groups/classic/answers.ts";
import { authorizeGroup, checkGroupId, type ReachesGroups } from "./group_requests.ts";
import type { Services } from "./services.ts";

type Reached = ReachesGroups & Pick<Services, "bounds" | "config" | "random">;
type OfferedProtocols = JoinGroupRequest["protocols"];

/** Before, members were given as long to join as their session. */
const REBALANCE_TIMEOUT_SINCE = 1;
/** Before, "none" was empty. */
const NO_PROTOCOL_SINCE = 7;

export function joinGroupEndpoint(services: Reached): Endpoint {
  return endpoint(JoinGroup, {
    handle: (request, context) => handleJoinGroup(services, request, context),
    refuse: (_, { error }) => joinRefused(error, ""),
  });
}

async function handleJoinGroup(
  services: Reached,
  request: JoinGroupRequest,
  context: RequestContext,
): Promise<JoinGroupResponse> {
  const { version } = context;
  try {
    authorizeGroup(services, context, { operation: "Read", groupId: request.groupId });
    checkJoin(services, request);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return inVersion(version, joinRefused(error.error, request.memberId));
  }
  const isOld = version < REBALANCE_TIMEOUT_SINCE;
  const answer = await askToJoin(services, context, {
    ...request,
    rebalanceTimeoutMs: isOld ? request.sessionTimeoutMs : request.rebalanceTimeoutMs,
    protocols: kept(request.protocols),
  });
  if (answer.errorCode === TOO_LARGE) tellTooLarge(services, request);
  return inVersion(version, answer);
}

const TOO_LARGE = errorCode("GROUP_MAX_SIZE_REACHED");

function tellTooLarge({ bounds, config }: Reached, { groupId }: JoinGroupRequest): void {
  const max = config.value("group.max.size");
  const text = `Refusing a member of group "${groupId}": group.max.size (${max}) is reached`;
  bounds.met("group.max.size", text, { group: groupId });
}

function checkJoin({ config }: Reached, { groupId, sessionTimeoutMs }: JoinGroupRequest): void {
  checkGroupId(groupId);
  const isWithin = sessionTimeoutMs >= config.value("group.min.session.timeout.ms") &&
    sessionTimeoutMs <= config.value("group.max.session.timeout.ms");
  if (!isWithin) throw new Refusal("INVALID_SESSION_TIMEOUT");
}

async function askToJoin(
  { groups, random }: Reached,
  { version, clientId, connection }: RequestContext,
  request: JoinGroupRequest,
): Promise<JoinGroupResponse> {
  try {
    return await groups.ask(request.groupId, {
      type: "joinGroup",
      request,
      version,
      clientId: clientId ?? "",
      clientHost: `/${connection.clientAddress}`,
      uuid: randomUuidText(random),
    });
  } catch (error) {
    if (error instanceof Refusal) return joinRefused(error.error, "");
    throw error;
  }
}

/** Each once. Copies: the request's bytes are the connection's. */
function kept(protocols: OfferedProtocols): OfferedProtocols {
  return protocols
    .filter(({ name }, i) => protocols.findIndex((other) => other.name === name) === i)
    .map(({ name, metadata }) => ({ name, metadata: metadata.slice() }));
}

function inVersion(version: number, answer: JoinGroupResponse): JoinGroupResponse {
  if (version >= NO_PROTOCOL_SINCE) return answer;
  return { ...answer, protocolName: answer.protocolName ?? "" };
}

/** As RFC 9562 writes a random one (version 4). */
function randomUuidText(random: Random): string {
  const bytes = random.bytes(16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toHex().replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
