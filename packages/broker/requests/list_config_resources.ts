// ListConfigResources: what has a configuration, by kind (KIP-1142). Version 0 knows only
// subscriptions of client metrics.

import { CONFIG_RESOURCE } from "@odradek/metadata";
import { LOGGER_RESOURCE } from "@odradek/metadata/configs/mod";
import { CLUSTER, type Endpoint, endpoint } from "@odradek/network";
import { errors } from "@odradek/protocol/errors";
import { ListConfigResources } from "@odradek/protocol/messages/list_config_resources";
import { Refusal } from "@odradek/protocol/refusal";
import type { Services } from "./services.ts";

type Reached = Pick<Services, "image" | "hooks">;

const KINDS: readonly number[] = [...Object.values(CONFIG_RESOURCE), LOGGER_RESOURCE];
const ALL_KINDS_SINCE = 1;

export function listConfigResourcesEndpoint(services: Reached): Endpoint {
  return endpoint(ListConfigResources, {
    handle({ resourceTypes }, context) {
      if (!services.hooks.authorize(context, "DescribeConfigs", CLUSTER)) {
        throw new Refusal("CLUSTER_AUTHORIZATION_FAILED");
      }
      const isOld = context.version < ALL_KINDS_SINCE;
      const asked = isOld ? [CONFIG_RESOURCE.clientMetrics] : [...resourceTypes];
      const kinds = new Set(asked.length === 0 ? KINDS : asked);
      const unknown = [...kinds].find((kind) => !KINDS.includes(kind));
      if (unknown !== undefined) {
        throw new Refusal("UNSUPPORTED_VERSION", `Unsupported resource type ${unknown}`);
      }
      const configResources = [...kinds].flatMap((resourceType) =>
        namesOf(services, resourceType).map((resourceName) => ({ resourceName, resourceType }))
      );
      return { errorCode: errors.NONE.code, configResources };
    },
    refuse: (_, { code: errorCode }) => ({ errorCode, configResources: [] }),
  });
}

/** Topics and brokers are there without settings as well; the others are what is set for them. */
function namesOf({ image }: Reached, kind: number): string[] {
  const { topicIds, brokers, configs } = image();
  switch (kind) {
    case CONFIG_RESOURCE.topic:
      return [...topicIds].map(([name]) => name);
    case CONFIG_RESOURCE.broker:
    case LOGGER_RESOURCE:
      return [...brokers.keys()].map(String);
    default:
      return [...configs].map(([key]) => key).filter((key) => key.startsWith(`${kind} `))
        .map((key) => key.slice(`${kind} `.length));
  }
}
