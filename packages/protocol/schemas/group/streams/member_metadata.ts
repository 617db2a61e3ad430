// A member of a streams group: what it has told of itself.

import { array, int32, type MessageOf, string, struct, uint16 } from "../../../schema/mod.ts";
import { coordinatorRecord } from "../../coordinator.ts";

export const StreamsGroupMemberMetadata = coordinatorRecord({
  type: 19,
  name: "StreamsGroupMemberMetadata",
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
      /** Longest time to give tasks up. */
      rebalanceTimeoutMs: int32.default(-1),
      /** Of the application that the member runs. */
      topologyEpoch: int32,
      /** Of the instance, whose threads are members each. */
      processId: string,
      /** Where the application answers interactive queries; null: nowhere. */
      userEndpoint: struct({ host: string, port: uint16 }).nullable().default(null),
      /** For the placement of standby tasks. */
      clientTags: array({ key: string, value: string }),
    },
  },
});
export type StreamsGroupMemberMetadataKey = MessageOf<typeof StreamsGroupMemberMetadata.key>;
export type StreamsGroupMemberMetadataValue = MessageOf<typeof StreamsGroupMemberMetadata.value>;
