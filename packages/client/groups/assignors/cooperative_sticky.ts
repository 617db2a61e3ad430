// Members keep what they hold as far as that is fair, and what moves is given up before it is given
// on (KIP-429): a partition that goes from one member to another is nobody's in this generation;
// the member that loses it joins again, and then the other gets it.

import { type Assignor, keyOf } from "./assignor.ts";
import { claimsOf, stickyShares } from "./sticky_shares.ts";
import { decodeGeneration, encodeGeneration } from "./user_data.ts";

export const cooperativeSticky: Assignor = {
  isCooperative: true,
  userData({ generation }) {
    return generation < 0 ? null : encodeGeneration(generation);
  },
  assign(members, partitionCounts) {
    const claims = claimsOf(members.map(({ memberId, subscription }) => ({
      memberId,
      partitions: subscription.owned,
      generation: subscription.generation >= 0
        ? subscription.generation
        : decodeGeneration(subscription.userData),
    })));
    const shares = stickyShares({ members, partitionCounts, claims });
    return new Map([...shares].map(([memberId, share]) => [
      memberId,
      share.filter((which) => (claims.get(keyOf(which)) ?? memberId) === memberId),
    ]));
  },
};
