// Raises and lowers the levels of features that the cluster runs (KIP-584); admin clients send it
// to any broker, which forwards it to the controller, or to the controller itself.

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
} from "../schema/mod.ts";

/** From version 2 all updates are done or none, so that there is nothing to say of each. */
export const UpdateFeatures = api({
  key: 57,
  name: "UpdateFeatures",
  versions: [0, 2],
  flexibleSince: 0,
  request: {
    timeoutMs: int32.default(60000),
    featureUpdates: array({
      feature: string,
      /** The level to run; below 1: off. */
      maxVersionLevel: int16,
      /** False: the level may only rise. */
      allowDowngrade: boolean.until(0),
      /** 1: up; 2: down, unless something would be lost; 3: down in any case (KIP-778). */
      upgradeType: int8.since(1).default(1),
    }),
    /** Checks everything and changes nothing. */
    validateOnly: boolean.since(1).default(false),
  },
  response: {
    throttleTimeMs: int32.default(0),
    errorCode: int16,
    errorMessage: string.nullable(),
    results: array({
      feature: string,
      errorCode: int16,
      errorMessage: string.nullable(),
    }).until(1).ignorable(),
  },
});
export type UpdateFeaturesRequest = Request<typeof UpdateFeatures>;
export type UpdateFeaturesResponse = ResponseDraft<typeof UpdateFeatures>;
