// ListPartitionReassignments: which replicas are on their way, on the active controller.

import type { PartitionImage } from "@odradek/metadata";
import { CLUSTER, type Endpoint, endpoint, type Hooks } from "@odradek/network";
import { errors } from "@odradek/protocol/errors";
import {
  ListPartitionReassignments,
} from "@odradek/protocol/messages/list_partition_reassignments";
import { Refusal } from "@odradek/protocol/refusal";
import type { Controller } from "../controller.ts";

export function listPartitionReassignmentsEndpoint(
  controller: Controller,
  hooks: Hooks,
): Endpoint {
  return endpoint(ListPartitionReassignments, {
    handle({ topics }, context) {
      if (!hooks.authorize(context, "Describe", CLUSTER)) {
        throw new Refusal("CLUSTER_AUTHORIZATION_FAILED");
      }
      if (!controller.isActive) throw new Refusal("NOT_CONTROLLER");
      const isAsked = (name: string, partition: number): boolean =>
        topics === null ||
        topics.some((one) => one.name === name && one.partitionIndexes.includes(partition));
      const moving = [...controller.image.topics.values()].map(({ name, partitions }) => ({
        name,
        partitions: partitions
          .filter((one) => isMoving(one) && isAsked(name, one.partition))
          .map(({ partition, replicas, adding, removing }) => ({
            partitionIndex: partition,
            replicas: [...replicas],
            addingReplicas: [...adding],
            removingReplicas: [...removing],
          })),
      }));
      return {
        errorCode: errors.NONE.code,
        errorMessage: null,
        topics: moving.filter(({ partitions }) => partitions.length > 0),
      };
    },
    refuse: (_, { code, message }) => ({ errorCode: code, errorMessage: message, topics: [] }),
  });
}

function isMoving({ adding, removing }: PartitionImage): boolean {
  return adding.length > 0 || removing.length > 0;
}
