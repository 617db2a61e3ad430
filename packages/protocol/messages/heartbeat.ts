// Keeps its sender a member of a classic group and tells it of rebalances; members send it to the
// coordinator.

import { api, int16, int32, type Request, type ResponseDraft, string } from "../schema/mod.ts";

export const Heartbeat = api({
  key: 12,
  name: "Heartbeat",
  versions: [0, 4],
  flexibleSince: 4,
  request: {
    groupId: string,
    generationId: int32,
    memberId: string,
    /** Of a static member (KIP-345); null: dynamic. */
    groupInstanceId: string.since(3).nullable().default(null),
  },
  response: { throttleTimeMs: int32.since(1).ignorable(), errorCode: int16 },
});
export type HeartbeatRequest = Request<typeof Heartbeat>;
export type HeartbeatResponse = ResponseDraft<typeof Heartbeat>;
