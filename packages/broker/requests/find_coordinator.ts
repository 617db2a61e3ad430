// FindCoordinator: which broker keeps a group. That is the leader of the partition of an internal
// topic, which is made when the first client asks.

import { type ClusterImage, topicNamed } from "@odradek/metadata";
import { type Endpoint, endpoint, type RequestContext } from "@odradek/network";
import { errors } from "@odradek/protocol/errors";
import {
  FindCoordinator,
  type FindCoordinatorRequest,
  type FindCoordinatorResponse,
} from "@odradek/protocol/messages/find_coordinator";
import { Refusal } from "@odradek/protocol/refusal";
import { coordinatorPartition } from "../coordinators/route.ts";
import { refusedBy } from "../partitions/refused.ts";
import type { TopicCreation } from "../topic_creation.ts";
import { forwardedFor } from "./forwarded_for.ts";
import { addressOf, type NodeAddress } from "./nodes.ts";
import type { Services } from "./services.ts";

type Reached = Pick<Services, "image" | "hooks"> & { readonly creation: TopicCreation };
type Found = NonNullable<FindCoordinatorResponse["coordinators"]>[number];

/** From here on several keys at once (KIP-699). */
const KEYS_SINCE = 4;
/** From here on the key's type is told. */
const TYPE_SINCE = 1;

const GROUP = 0;
const TRANSACTION = 1;
const OFFSETS_TOPIC = "__consumer_offsets";

export function findCoordinatorEndpoint(services: Reached): Endpoint {
  return endpoint(FindCoordinator, {
    handle: (request, context) => handleFindCoordinator(services, request, context),
    refuse: (request, refusal) => {
      const { code } = refusal;
      const keys = request.coordinatorKeys;
      if (keys.length === 0) return single(none("", code, refusal.message));
      return { coordinators: keys.map((key) => none(key, code, refusal.message)) };
    },
  });
}

function handleFindCoordinator(
  services: Reached,
  request: FindCoordinatorRequest,
  context: RequestContext,
): FindCoordinatorResponse {
  const keyType = context.version < TYPE_SINCE ? GROUP : request.keyType;
  if (context.version < KEYS_SINCE) {
    return single(find(services, { keyType, key: request.key }, context));
  }
  return {
    coordinators: request.coordinatorKeys.map((key) => find(services, { keyType, key }, context)),
  };
}

interface Wanted {
  readonly keyType: number;
  readonly key: string;
}

function find(services: Reached, { keyType, key }: Wanted, context: RequestContext): Found {
  try {
    const node = coordinatorOf(services, { keyType, key }, context);
    const { nodeId, host, port } = node;
    return { key, nodeId, host, port, errorCode: errors.NONE.code, errorMessage: "" };
  } catch (error) {
    const { refused, detail } = refusedBy(error);
    return none(key, errors[refused].code, detail ?? errors[refused].message);
  }
}

function coordinatorOf(
  services: Reached,
  { keyType, key }: Wanted,
  context: RequestContext,
): NodeAddress {
  if (keyType === TRANSACTION) {
    throw new Refusal("COORDINATOR_NOT_AVAILABLE", "There are no transactions");
  }
  if (keyType !== GROUP) throw new Refusal("INVALID_REQUEST", `There is no key type ${keyType}`);
  if (!services.hooks.authorize(context, "Describe", { type: "Group", name: key })) {
    throw new Refusal("GROUP_AUTHORIZATION_FAILED");
  }
  const image = services.image();
  const topic = topicNamed(image, OFFSETS_TOPIC);
  if (topic === undefined) {
    services.creation.want(OFFSETS_TOPIC, forwardedFor(context));
    throw new Refusal("COORDINATOR_NOT_AVAILABLE");
  }
  return leaderOf(
    image,
    context,
    topic.partitions[
      coordinatorPartition(key, topic.partitions.length)
    ]?.leader,
  );
}

function leaderOf(
  image: ClusterImage,
  { connection }: RequestContext,
  leader: number | undefined,
): NodeAddress {
  const node = leader === undefined ? undefined : addressOf(image, leader, connection);
  if (node === undefined) throw new Refusal("COORDINATOR_NOT_AVAILABLE");
  return node;
}

function none(key: string, errorCode: number, errorMessage: string): Found {
  return { key, nodeId: -1, host: "", port: -1, errorCode, errorMessage };
}

function single({ key: _, ...found }: Found): FindCoordinatorResponse {
  return found;
}
