// DescribeCluster: the brokers, without topics (KIP-700).

import {
  CLUSTER,
  CLUSTER_OPERATIONS,
  type Endpoint,
  endpoint,
  operationBits,
  OPERATIONS_NOT_ASKED,
  type RequestContext,
} from "@odradek/network";
import { errors } from "@odradek/protocol/errors";
import {
  DescribeCluster,
  type DescribeClusterRequest,
  type DescribeClusterResponse,
} from "@odradek/protocol/messages/describe_cluster";
import { Refusal } from "@odradek/protocol/refusal";
import { endpointOf, liveNodes } from "./nodes.ts";
import type { Services } from "./services.ts";

type Reached = Pick<Services, "image" | "hooks" | "clusterId" | "random">;

const BROKERS = 1;
const CONTROLLERS = 2;

export function describeClusterEndpoint(services: Reached): Endpoint {
  return endpoint(DescribeCluster, {
    handle: (request, context) => handleDescribeCluster(services, request, context),
    refuse: (_, { code, message }) => ({
      errorCode: code,
      errorMessage: message,
      clusterId: "",
      brokers: [],
    }),
  });
}

function handleDescribeCluster(
  services: Reached,
  request: DescribeClusterRequest,
  context: RequestContext,
): DescribeClusterResponse {
  checkEndpointType(request.endpointType);
  const image = services.image();
  const { connection } = context;
  const live = liveNodes(image, connection);
  const brokers = request.includeFencedBrokers
    ? [...image.brokers.values()].flatMap((broker) => {
      const node = endpointOf(broker, connection);
      return node === undefined ? [] : [{ ...node, isFenced: broker.isFenced }];
    })
    : live.map((node) => ({ ...node, isFenced: false }));
  return {
    errorCode: errors.NONE.code,
    endpointType: request.endpointType,
    clusterId: services.clusterId,
    controllerId: live[services.random.below(Math.max(1, live.length))]?.nodeId ?? -1,
    brokers: brokers.map(({ nodeId, host, port, rack, isFenced }) => ({
      brokerId: nodeId,
      host,
      port,
      rack,
      isFenced,
    })),
    clusterAuthorizedOperations: request.includeClusterAuthorizedOperations
      ? operationBits(
        CLUSTER_OPERATIONS,
        (operation) => services.hooks.authorize(context, operation, CLUSTER),
      )
      : OPERATIONS_NOT_ASKED,
  };
}

function checkEndpointType(type: number): void {
  if (type === BROKERS) return;
  if (type === CONTROLLERS) {
    throw new Refusal("MISMATCHED_ENDPOINT_TYPE", "This is a broker, not a controller");
  }
  throw new Refusal("UNSUPPORTED_ENDPOINT_TYPE", `There is no endpoint type ${type}`);
}
