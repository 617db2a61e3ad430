// Members get again what they had, as far as that is fair (KIP-54). The protocol is eager: they
// have given up everything when they join, and tell in the bytes for the assignor what they had.

import type { Assignor } from "./assignor.ts";
import { claimsOf, stickyShares } from "./sticky_shares.ts";
import { decodeStickyUserData, encodeStickyUserData } from "./user_data.ts";

export const sticky: Assignor = {
  isCooperative: false,
  userData(given) {
    return given.generation < 0 ? null : encodeStickyUserData(given);
  },
  assign(members, partitionCounts) {
    const claims = claimsOf(members.map(({ memberId, subscription: { userData } }) => ({
      memberId,
      ...decodeStickyUserData(userData),
    })));
    return stickyShares({ members, partitionCounts, claims });
  },
};
