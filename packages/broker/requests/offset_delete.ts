// OffsetDelete: a group forgets where it was in some partitions.

import { type Endpoint, endpoint, type RequestContext } from "@odradek/network";
import { type ErrorName, errors } from "@odradek/protocol/errors";
import {
  OffsetDelete,
  type OffsetDeleteRequest,
  type OffsetDeleteResponse,
} from "@odradek/protocol/messages/offset_delete";
import { Refusal } from "@odradek/protocol/refusal";
import { refusedBy } from "../partitions/refused.ts";
import { authorizeGroup, checkGroupId, type ReachesGroups } from "./group_requests.ts";
import type { Services } from "./services.ts";
import { checkPartition, topicByName } from "./topics.ts";

type Reached = ReachesGroups & Pick<Services, "image">;
type Topic = OffsetDeleteRequest["topics"][number];

export function offsetDeleteEndpoint(services: Reached): Endpoint {
  return endpoint(OffsetDelete, {
    handle: (request, context) => handleOffsetDelete(services, request, context),
    refuse: (_, { code }) => ({ errorCode: code, topics: [] }),
  });
}

async function handleOffsetDelete(
  services: Reached,
  { groupId, topics }: OffsetDeleteRequest,
  context: RequestContext,
): Promise<OffsetDeleteResponse> {
  authorizeGroup(services, context, { operation: "Delete", groupId });
  checkGroupId(groupId);
  const judged = topics.map((topic) => judge(services, context, topic));
  const left = judged.filter(({ partitions }) => partitions.length > 0);
  const { errors: outcomes } = await services.groups.ask(groupId, {
    type: "deleteOffsets",
    groupId,
    topics: left.map(({ topic, partitions }) => ({ topic: topic.name, partitions })),
  });
  const answers = judged.map(({ topic, failed }) => {
    const place = left.findIndex((one) => one.topic === topic);
    const outcome = outcomes[place] ?? "NONE";
    const partitions = topic.partitions.map(({ partitionIndex }) => ({
      partitionIndex,
      errorCode: errors[failed.get(partitionIndex) ?? outcome].code,
    }));
    return { name: topic.name, partitions };
  });
  return { errorCode: errors.NONE.code, topics: answers };
}

/** Which of its partitions the group is asked about, and why not the others. */
function judge({ image, hooks }: Reached, context: RequestContext, topic: Topic) {
  const failed = new Map<number, ErrorName>();
  for (const { partitionIndex } of topic.partitions) {
    try {
      if (!hooks.authorize(context, "Read", { type: "Topic", name: topic.name })) {
        throw new Refusal("TOPIC_AUTHORIZATION_FAILED");
      }
      checkPartition(topicByName(image(), topic.name), partitionIndex);
    } catch (error) {
      failed.set(partitionIndex, refusedBy(error).refused);
    }
  }
  const partitions = topic.partitions.map(({ partitionIndex }) => partitionIndex)
    .filter((partition) => !failed.has(partition));
  return { topic, failed, partitions };
}
