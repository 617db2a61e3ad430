// DescribeCluster on a controller: the controllers, for tools that know no broker (KIP-919).

import type { ClusterImage } from "@odradek/metadata";
import {
  CLUSTER,
  CLUSTER_OPERATIONS,
  type Endpoint,
  endpoint,
  type Hooks,
  operationBits,
  OPERATIONS_NOT_ASKED,
} from "@odradek/network";
import { errors } from "@odradek/protocol/errors";
import { DescribeCluster } from "@odradek/protocol/messages/describe_cluster";
import { Refusal } from "@odradek/protocol/refusal";

const BROKERS = 1;
const CONTROLLERS = 2;

export interface DescribedQuorum {
  readonly clusterId: string;
  readonly image: () => ClusterImage;
  /** -1: none. */
  readonly leaderId: () => number;
}

export function describeClusterEndpoint(quorum: DescribedQuorum, hooks: Hooks): Endpoint {
  return endpoint(DescribeCluster, {
    handle(request, context) {
      if (request.endpointType === BROKERS) {
        throw new Refusal("MISMATCHED_ENDPOINT_TYPE", "This is a controller, not a broker");
      }
      if (request.endpointType !== CONTROLLERS) throw new Refusal("UNSUPPORTED_ENDPOINT_TYPE");
      const { listener } = context.connection;
      return {
        errorCode: errors.NONE.code,
        endpointType: CONTROLLERS,
        clusterId: quorum.clusterId,
        controllerId: quorum.leaderId(),
        brokers: [...quorum.image().controllers.values()].flatMap(({ id, endpoints }) =>
          endpoints.filter(({ name }) => name === listener)
            .map(({ host, port }) => ({ brokerId: id, host, port, isFenced: false }))
        ),
        clusterAuthorizedOperations: request.includeClusterAuthorizedOperations
          ? operationBits(CLUSTER_OPERATIONS, (one) => hooks.authorize(context, one, CLUSTER))
          : OPERATIONS_NOT_ASKED,
      };
    },
    refuse: (_, { code, message }) => ({
      errorCode: code,
      errorMessage: message,
      clusterId: "",
      brokers: [],
    }),
  });
}
