// DescribeConfigs on a controller, for tools that know no broker (KIP-919): what the metadata and
// the node's own configuration say; see describeResources.

import type { NodeId } from "@odradek/base";
import type { ClusterImage } from "@odradek/metadata";
import {
  describeResources,
  LiveConfig,
  type Loggers,
  type ResolvedConfig,
  undescribed,
} from "@odradek/metadata/configs/mod";
import { CLUSTER, type Endpoint, endpoint, type Hooks } from "@odradek/network";
import { DescribeConfigs } from "@odradek/protocol/messages/describe_configs";

export interface ConfiguredNode {
  readonly nodeId: NodeId;
  /** As it was at start. */
  readonly config: ResolvedConfig;
  readonly image: () => ClusterImage;
  readonly loggers: Loggers;
}

export function describeConfigsEndpoint(node: ConfiguredNode, hooks: Hooks): Endpoint {
  const live = new LiveConfig(node.config, node.nodeId);
  return endpoint(DescribeConfigs, {
    handle(request, context) {
      const image = node.image();
      live.follow(image);
      return {
        results: describeResources(request, {
          nodeId: node.nodeId,
          config: live.current,
          image,
          loggers: node.loggers,
          isAllowed: (type, name) =>
            hooks.authorize(
              context,
              "DescribeConfigs",
              type === "Cluster" ? CLUSTER : { type, name },
            ),
        }),
      };
    },
    refuse: ({ resources }, refusal) => ({
      results: resources.map((asked) => undescribed(asked, refusal)),
    }),
  });
}
