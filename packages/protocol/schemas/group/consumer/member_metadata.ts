// A member of a consumer group: what it has told of itself.

import { array, bytes, int32, type MessageOf, string, struct } from "../../../schema/mod.ts";
import { coordinatorRecord } from "../../coordinator.ts";

const classicMember = {
  sessionTimeoutMs: int32,
  supportedProtocols: array({
    name: string,
    /** A ConsumerProtocolSubscription behind its version. */
    metadata: bytes,
  }),
};

export const ConsumerGroupMemberMetadata = coordinatorRecord({
  type: 5,
  name: "ConsumerGroupMemberMetadata",
  key: { groupId: string, memberId: string },
  value: {
    versions: [0, 0],
    flexibleSince: 0,
    fields: {
      /** Of a static member; null: dynamic. */
      instanceId: string.nullable(),
      /** null: none. */
      rackId: string.nullable(),
      clientId: string,
      /** `/` and the address. */
      clientHost: string,
      subscribedTopicNames: array(string),
      /** null or empty: none. */
      subscribedTopicRegex: string.nullable(),
      /** Longest time to give partitions up. */
      rebalanceTimeoutMs: int32.default(-1),
      /** null: the group's default. */
      serverAssignor: string.nullable(),
      /**
       * null: the member is of the consumer protocol. To Kafka that is not the default, which is an
       * empty struct: null must be given, and is written.
       */
      classicMemberMetadata: struct(classicMember).nullable().tag(0),
    },
  },
});
export type ConsumerGroupMemberMetadataKey = MessageOf<typeof ConsumerGroupMemberMetadata.key>;
export type ConsumerGroupMemberMetadataValue = MessageOf<typeof ConsumerGroupMemberMetadata.value>;
