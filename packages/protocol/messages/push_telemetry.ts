// Hands in the metrics of a client (KIP-714); clients send it to the broker that told them which.

import {
  api,
  boolean,
  bytes,
  int16,
  int32,
  int8,
  type Request,
  type ResponseDraft,
  uuid,
} from "../schema/mod.ts";

export const PushTelemetry = api({
  key: 72,
  name: "PushTelemetry",
  versions: [0, 0],
  flexibleSince: 0,
  request: {
    clientInstanceId: uuid,
    subscriptionId: int32,
    /** The client is about to stop: its last push. */
    terminating: boolean,
    /** Of `metrics`; the numbers are those of record batches. */
    compressionType: int8,
    /** OpenTelemetry's MetricsData v1, as protobuf. */
    metrics: bytes,
  },
  response: { throttleTimeMs: int32.default(0), errorCode: int16 },
});
export type PushTelemetryRequest = Request<typeof PushTelemetry>;
export type PushTelemetryResponse = ResponseDraft<typeof PushTelemetry>;
