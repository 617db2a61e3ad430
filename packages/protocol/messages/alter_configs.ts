// Replaces the whole configuration of topics, brokers and others; old admin clients send it to any
// broker, which forwards it to the controller, or to the controller itself.

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

/** Newer clients send IncrementalAlterConfigs. */
export const AlterConfigs = api({
  key: 33,
  name: "AlterConfigs",
  versions: [0, 2],
  flexibleSince: 2,
  request: {
    resources: array({
      /** As in DescribeConfigs. */
      resourceType: int8,
      /** Empty with type broker: the cluster-wide default. */
      resourceName: string,
      /** What is not named here goes back to its default. */
      configs: array({
        name: string,
        /** Null is refused. */
        value: string.nullable(),
      }),
    }),
    /** Checks everything and changes nothing. */
    validateOnly: boolean,
  },
  response: {
    throttleTimeMs: int32.default(0),
    responses: array({
      errorCode: int16,
      errorMessage: string.nullable(),
      resourceType: int8,
      resourceName: string,
    }),
  },
});
export type AlterConfigsRequest = Request<typeof AlterConfigs>;
export type AlterConfigsResponse = ResponseDraft<typeof AlterConfigs>;
