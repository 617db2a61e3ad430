// A classic group: its generation, members and assignment. Written when a rebalance is over and
// when the group empties.

import { array, bytes, int32, int64, type MessageOf, string } from "../../schema/mod.ts";
import { coordinatorRecord } from "../coordinator.ts";

const member = {
  memberId: string,
  /** Of a static member (KIP-345); null: dynamic. */
  groupInstanceId: string.since(3).nullable().default(null).ignorable(),
  clientId: string,
  /** `/` and the address. */
  clientHost: string,
  /** In ms, as the session timeout; -1: as the session timeout. */
  rebalanceTimeout: int32.since(1).default(-1).ignorable(),
  sessionTimeout: int32,
  /** As the member gave it for the protocol that was chosen. */
  subscription: bytes,
  assignment: bytes,
};

/** Version 3 is what is written; 4 differs by being flexible. */
export const GroupMetadata = coordinatorRecord({
  type: 2,
  name: "GroupMetadata",
  key: { group: string },
  value: {
    versions: [0, 4],
    flexibleSince: 4,
    fields: {
      /** Empty until the first rebalance. */
      protocolType: string,
      generation: int32,
      /** null: the group is empty. */
      protocol: string.nullable(),
      /** Member id; null: the group is empty. */
      leader: string.nullable(),
      /** Of the last change of the group's state, ms; -1: not told. */
      currentStateTimestamp: int64.since(2).default(-1n).ignorable(),
      members: array(member),
    },
  },
});
export type GroupMetadataKey = MessageOf<typeof GroupMetadata.key>;
export type GroupMetadataValue = MessageOf<typeof GroupMetadata.value>;
