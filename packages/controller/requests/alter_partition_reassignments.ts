// AlterPartitionReassignments: from brokers that hand it on, or from tools that ask the controller.

import { CLUSTER, type Endpoint, endpoint, type Hooks } from "@odradek/network";
import { errors } from "@odradek/protocol/errors";
import {
  AlterPartitionReassignments,
} from "@odradek/protocol/messages/alter_partition_reassignments";
import { Refusal } from "@odradek/protocol/refusal";
import type { Controller } from "../controller.ts";
import {
  decideAlterPartitionReassignments,
} from "../decide/alter_partition_reassignments.ts";

export function alterPartitionReassignmentsEndpoint(
  controller: Controller,
  hooks: Hooks,
): Endpoint {
  return endpoint(AlterPartitionReassignments, {
    async handle({ topics, allowReplicationFactorChange, timeoutMs }, context) {
      if (!hooks.authorize(context, "Alter", CLUSTER)) {
        throw new Refusal("CLUSTER_AUTHORIZATION_FAILED");
      }
      // As Kafka, whose time is up before it begins.
      if (timeoutMs <= 0 && topics.length > 0) throw new Refusal("REQUEST_TIMED_OUT");
      const command = { topics, mayChangeCount: allowReplicationFactorChange };
      const responses = await controller.decide((next, given) =>
        decideAlterPartitionReassignments(next, command, given)
      );
      return {
        allowReplicationFactorChange,
        errorCode: errors.NONE.code,
        errorMessage: null,
        responses,
      };
    },
    refuse: ({ topics, allowReplicationFactorChange }, { code, message }) => ({
      allowReplicationFactorChange,
      errorCode: code,
      errorMessage: message,
      responses: topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partitionIndex }) => ({
          partitionIndex,
          errorCode: code,
          errorMessage: message,
        })),
      })),
    }),
  });
}
