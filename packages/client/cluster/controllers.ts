// Controllers asked themselves (KIP-919): who they are, and which of them leads. Nodes of the other
// kind than is wanted are told apart here.

import { addressText } from "@odradek/base";
import { errors } from "@odradek/protocol/errors";
import { DescribeCluster } from "@odradek/protocol/messages/describe_cluster";
import { BrokerRefused, throwIfRefused } from "../refused.ts";
import type { Link } from "./link.ts";
import type { MetadataAnswer } from "./view.ts";

export const CONTROLLERS = 2;

/** As an answer to Metadata that knows no topics. */
export async function askControllers(link: Link): Promise<MetadataAnswer> {
  const answer = await link.ask(DescribeCluster, {
    includeClusterAuthorizedOperations: false,
    endpointType: CONTROLLERS,
  });
  if (answer.errorCode === errors.MISMATCHED_ENDPOINT_TYPE.code) throw noController(link);
  throwIfRefused(answer.errorCode, answer.errorMessage);
  const { clusterId, controllerId, brokers } = answer;
  return {
    clusterId,
    controllerId,
    brokers: brokers.map(({ brokerId, host, port, rack }) => ({
      nodeId: brokerId,
      host,
      port,
      rack,
    })),
    topics: [],
  };
}

function noController({ address }: Link): BrokerRefused {
  const what = `${addressText(address)} is a broker, not a controller`;
  return new BrokerRefused("MISMATCHED_ENDPOINT_TYPE", what);
}

export function noBroker({ address }: Link): BrokerRefused {
  const what = `${addressText(address)} is a controller, not a broker`;
  return new BrokerRefused("MISMATCHED_ENDPOINT_TYPE", what);
}
