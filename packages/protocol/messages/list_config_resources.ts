// Lists what has a configuration of its own; admin clients send it to any broker.

import {
  api,
  array,
  int16,
  int32,
  int8,
  type Request,
  type ResponseDraft,
  string,
} from "../schema/mod.ts";

/** Version 0 knows only client metrics (KIP-1142). */
export const ListConfigResources = api({
  key: 74,
  name: "ListConfigResources",
  versions: [0, 1],
  flexibleSince: 0,
  request: {
    /** As in DescribeConfigs; empty: all. */
    resourceTypes: array(int8).since(1),
  },
  response: {
    throttleTimeMs: int32.default(0),
    errorCode: int16,
    configResources: array({
      resourceName: string,
      /** 16: client metrics. */
      resourceType: int8.since(1).default(16).ignorable(),
    }),
  },
});
export type ListConfigResourcesRequest = Request<typeof ListConfigResources>;
export type ListConfigResourcesResponse = ResponseDraft<typeof ListConfigResources>;
