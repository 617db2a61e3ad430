// What stands before every request and every response, after the frame's size. `Api` knows which
// version goes with which message: 1 and 0 are classic, 2 and 1 flexible.

import { type DraftOf, int16, int32, type MessageOf, schema, string } from "./schema/mod.ts";

export const RequestHeader = schema({
  name: "RequestHeader",
  versions: [1, 2],
  flexibleSince: 2,
  fields: {
    requestApiKey: int16,
    requestApiVersion: int16,
    /** The response repeats it. */
    correlationId: int32,
    /**
     * What the client calls itself; null: nothing. Never compact, so that a broker can read the
     * header of an ApiVersions request that is newer than itself.
     */
    clientId: string.nullable().classic(),
  },
});
export type RequestHeader = MessageOf<typeof RequestHeader>;
export type RequestHeaderDraft = DraftOf<typeof RequestHeader>;

export const ResponseHeader = schema({
  name: "ResponseHeader",
  versions: [0, 1],
  flexibleSince: 1,
  fields: { correlationId: int32 },
});
export type ResponseHeader = MessageOf<typeof ResponseHeader>;
