// Tells the active controller the listeners and features of a controller process; controllers send
// it (KIP-919).

import {
  api,
  array,
  boolean,
  int16,
  int32,
  type Request,
  type ResponseDraft,
  string,
  uint16,
  uuid,
} from "../schema/mod.ts";

export const ControllerRegistration = api({
  key: 70,
  name: "ControllerRegistration",
  versions: [0, 0],
  flexibleSince: 0,
  request: {
    controllerId: int32,
    /** New for each process. */
    incarnationId: uuid,
    /** Always false: ZooKeeper is gone. */
    zkMigrationReady: boolean,
    listeners: array({
      name: string,
      host: string,
      port: uint16,
      /** As in BrokerRegistration. */
      securityProtocol: int16,
    }),
    /** Supported levels. */
    features: array({ name: string, minSupportedVersion: int16, maxSupportedVersion: int16 }),
  },
  response: { throttleTimeMs: int32.default(0), errorCode: int16, errorMessage: string.nullable() },
});
export type ControllerRegistrationRequest = Request<typeof ControllerRegistration>;
export type ControllerRegistrationResponse = ResponseDraft<typeof ControllerRegistration>;
