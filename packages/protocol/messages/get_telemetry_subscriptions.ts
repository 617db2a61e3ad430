// Tells a client which of its metrics the cluster wants and how often (KIP-714); clients send it to
// any broker.

import {
  api,
  array,
  boolean,
  int16,
  int32,
  int8,
  type Request,
  type ResponseDraft,
  string,
  uuid,
} from "../schema/mod.ts";

export const GetTelemetrySubscriptions = api({
  key: 71,
  name: "GetTelemetrySubscriptions",
  versions: [0, 0],
  flexibleSince: 0,
  request: {
    /** Zero: new, the broker makes an id. */
    clientInstanceId: uuid,
  },
  response: {
    throttleTimeMs: int32.default(0),
    errorCode: int16,
    /** Zero: the client keeps its own. */
    clientInstanceId: uuid,
    /** Of all that follows; PushTelemetry names it. */
    subscriptionId: int32,
    /** By preference; the numbers are those of record batches. */
    acceptedCompressionTypes: array(int8),
    pushIntervalMs: int32,
    /** Of the metrics in one push. */
    telemetryMaxBytes: int32,
    /** Counters are pushed as what was added since the last push; false: as sums. */
    deltaTemporality: boolean,
    /** Prefixes of names; none: no metrics; an empty one: all. */
    requestedMetrics: array(string),
  },
});
export type GetTelemetrySubscriptionsRequest = Request<typeof GetTelemetrySubscriptions>;
export type GetTelemetrySubscriptionsResponse = ResponseDraft<typeof GetTelemetrySubscriptions>;
