// Changes single configuration keys of topics, brokers and others; admin clients send it to any
// broker, which forwards it to the controller, or to the controller itself (KIP-339).

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

export const IncrementalAlterConfigs = api({
  key: 44,
  name: "IncrementalAlterConfigs",
  versions: [0, 1],
  flexibleSince: 1,
  request: {
    resources: array({
      /** As in DescribeConfigs. */
      resourceType: int8,
      /** Empty with type broker: the cluster-wide default. */
      resourceName: string,
      configs: array({
        name: string,
        /** 0: set, 1: delete, 2: append, 3: subtract; the last two of lists only. */
        configOperation: int8,
        /** null: only with delete. */
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
export type IncrementalAlterConfigsRequest = Request<typeof IncrementalAlterConfigs>;
export type IncrementalAlterConfigsResponse = ResponseDraft<typeof IncrementalAlterConfigs>;
