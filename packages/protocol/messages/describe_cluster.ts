// Shows the brokers, or the controllers, of a cluster; admin clients send it to any node.

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

export const DescribeCluster = api({
  key: 60,
  name: "DescribeCluster",
  versions: [0, 2],
  flexibleSince: 0,
  request: {
    includeClusterAuthorizedOperations: boolean,
    /** 1: brokers, 2: controllers, which only controllers answer (KIP-919). */
    endpointType: int8.since(1).default(1),
    includeFencedBrokers: boolean.since(2),
  },
  response: {
    throttleTimeMs: int32.default(0),
    errorCode: int16,
    errorMessage: string.nullable().default(null),
    /** As asked for. */
    endpointType: int8.since(1).default(1),
    clusterId: string,
    /** From a controller its leader; from a broker any live broker. -1: none. */
    controllerId: int32.default(-1),
    brokers: array({
      brokerId: int32,
      host: string,
      port: int32,
      rack: string.nullable().default(null),
      isFenced: boolean.since(2),
    }),
    /** Bit set over ACL operations; -2147483648: not asked for. */
    clusterAuthorizedOperations: int32.default(-2147483648),
  },
});
export type DescribeClusterRequest = Request<typeof DescribeCluster>;
export type DescribeClusterResponse = ResponseDraft<typeof DescribeCluster>;
