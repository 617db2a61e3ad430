// A member of a share group: what it has told of itself.

import { array, type MessageOf, string } from "../../../schema/mod.ts";
import { coordinatorRecord } from "../../coordinator.ts";

export const ShareGroupMemberMetadata = coordinatorRecord({
  type: 10,
  name: "ShareGroupMemberMetadata",
  key: { groupId: string, memberId: string },
  value: {
    versions: [0, 0],
    flexibleSince: 0,
    fields: {
      /** null: none. */
      rackId: string.nullable(),
      clientId: string,
      /** `/` and the address. */
      clientHost: string,
      subscribedTopicNames: array(string),
    },
  },
});
export type ShareGroupMemberMetadataKey = MessageOf<typeof ShareGroupMemberMetadata.key>;
export type ShareGroupMemberMetadataValue = MessageOf<typeof ShareGroupMemberMetadata.value>;
