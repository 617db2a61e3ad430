// What a consumer tells the other members of its classic group when it joins, behind its version
// (int16). Newer versions only append, so readers may take them for version 3.

import { array, bytes, int32, type MessageOf, schema, string } from "../../schema/mod.ts";

export const ConsumerProtocolSubscription = schema({
  name: "ConsumerProtocolSubscription",
  versions: [0, 3],
  fields: {
    topics: array(string),
    /** Of the assignor; null: none. */
    userData: bytes.nullable().default(null),
    /** What the member holds from the generation before (KIP-429). */
    ownedPartitions: array({ topic: string, partitions: array(int32) }).since(1).ignorable(),
    /** In which it got them, so that stale ones are seen (KIP-792); -1: not told. */
    generationId: int32.since(2).default(-1).ignorable(),
    /** null: not told (KIP-881). */
    rackId: string.since(3).nullable().default(null).ignorable(),
  },
});
export type ConsumerProtocolSubscription = MessageOf<typeof ConsumerProtocolSubscription>;
