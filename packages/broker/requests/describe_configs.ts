// DescribeConfigs on a broker; see describeResources for what is told.

import { describeResources, undescribed } from "@odradek/metadata/configs/mod";
import { CLUSTER, type Endpoint, endpoint } from "@odradek/network";
import { DescribeConfigs } from "@odradek/protocol/messages/describe_configs";
import type { Services } from "./services.ts";

type Reached = Pick<Services, "image" | "hooks" | "config" | "nodeId" | "loggers">;

export function describeConfigsEndpoint(services: Reached): Endpoint {
  return endpoint(DescribeConfigs, {
    handle(request, context) {
      const { nodeId, config, hooks, loggers } = services;
      return {
        results: describeResources(request, {
          nodeId,
          config,
          image: services.image(),
          loggers,
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
