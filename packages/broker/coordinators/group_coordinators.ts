// How requests reach groups: by group id, wherever its coordinator is in this broker. The one place
// that knows which reply belongs to which command.

import { type ClusterImage, topicNamed } from "@odradek/metadata";
import { Refusal } from "@odradek/protocol/refusal";
import type { AskedCommand, GroupQuery, GroupReplies } from "../groups/commands.ts";
import { isRefused, type Outcome } from "../partitions/refused.ts";
import type { PartitionRef } from "../partitions/service.ts";
import { OFFSETS_TOPIC } from "./kinds.ts";
import { coordinatorPartition } from "./route.ts";
import type { CoordinatorService } from "./service.ts";

export class GroupCoordinators {
  readonly #service: CoordinatorService;
  readonly #image: () => ClusterImage;

  constructor(service: CoordinatorService, image: () => ClusterImage) {
    this.#service = service;
    this.#image = image;
  }

  /** Resolves when what was decided is committed. Refuses. */
  async ask<C extends AskedCommand>(
    groupId: string,
    command: C,
  ): Promise<GroupReplies[C["type"]]> {
    const outcome = await this.#service.ask(this.#partitionOf(groupId), command);
    return replyOf(outcome as Outcome<GroupReplies[C["type"]]>);
  }

  /** Of what is committed. Refuses. */
  async query<Q extends GroupQuery>(groupId: string, query: Q): Promise<GroupReplies[Q["type"]]> {
    const outcome = await this.#service.query(this.#partitionOf(groupId), query);
    return replyOf(outcome as Outcome<GroupReplies[Q["type"]]>);
  }

  /** Of all groups that this broker coordinates. Refuses if one coordinator does. */
  async list(
    query: Extract<GroupQuery, { readonly type: "listGroups" }>,
  ): Promise<GroupReplies["listGroups"]["groups"]> {
    const outcomes = await this.#service.queryAll(OFFSETS_TOPIC, query);
    return outcomes.flatMap((outcome) =>
      replyOf(outcome as Outcome<GroupReplies["listGroups"]>).groups
    );
  }

  #partitionOf(groupId: string): PartitionRef {
    const topic = topicNamed(this.#image(), OFFSETS_TOPIC);
    // Nobody has looked for a coordinator yet: the client is to do so.
    if (topic === undefined) throw new Refusal("NOT_COORDINATOR");
    const partition = coordinatorPartition(groupId, topic.partitions.length);
    return { topicId: topic.id, partition };
  }
}

function replyOf<T extends object>(outcome: Outcome<T>): T {
  if (isRefused(outcome)) throw new Refusal(outcome.refused, outcome.detail);
  return outcome;
}
