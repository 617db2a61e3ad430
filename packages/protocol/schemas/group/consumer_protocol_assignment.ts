// What the leader of a classic group of consumers assigns to a member, behind its version (int16).
// All versions are the same.

import { array, bytes, int32, type MessageOf, schema, string } from "../../schema/mod.ts";

export const ConsumerProtocolAssignment = schema({
  name: "ConsumerProtocolAssignment",
  versions: [0, 3],
  fields: {
    assignedPartitions: array({ topic: string, partitions: array(int32) }),
    /** Of the assignor; null: none. */
    userData: bytes.nullable().default(null),
  },
});
export type ConsumerProtocolAssignment = MessageOf<typeof ConsumerProtocolAssignment>;
