// Forgets a controller that will not come back; admin clients send it to any broker, which forwards
// it to the controller, or to the controller itself.

import { api, int16, int32, type Request, type ResponseDraft, string } from "../schema/mod.ts";

export const UnregisterController = api({
  key: 94,
  name: "UnregisterController",
  versions: [0, 0],
  flexibleSince: 0,
  request: { controllerId: int32 },
  response: { throttleTimeMs: int32.default(0), errorCode: int16, errorMessage: string.nullable() },
});
export type UnregisterControllerRequest = Request<typeof UnregisterController>;
export type UnregisterControllerResponse = ResponseDraft<typeof UnregisterController>;
