// DescribeConfigs on a broker, its loggers included; see describeResources for what is told.

import {
  CONFIG_SOURCES,
  type DescribedConfig,
  describeResources,
  undescribed,
} from "@odradek/metadata/configs/mod";
import { CLUSTER, type Endpoint, endpoint } from "@odradek/network";
import { DescribeConfigs } from "@odradek/protocol/messages/describe_configs";
import { levelText } from "./broker_loggers.ts";
import type { Services } from "./services.ts";

type Reached = Pick<Services, "image" | "hooks" | "config" | "nodeId" | "loggers">;

export function describeConfigsEndpoint(services: Reached): Endpoint {
  return endpoint(DescribeConfigs, {
    handle(request, context) {
      const { nodeId, config, hooks } = services;
      return {
        results: describeResources(request, {
          nodeId,
          config,
          image: services.image(),
          loggers: () => describeLoggers(services),
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

function describeLoggers({ loggers }: Reached): DescribedConfig[] {
  return loggers.state.names.map((name) => ({
    name,
    value: levelText(loggers.levelOf(name)),
    readOnly: false,
    source: CONFIG_SOURCES.brokerLogger,
    sensitive: false,
    synonyms: [],
    type: 0,
    documentation: "",
  }));
}
