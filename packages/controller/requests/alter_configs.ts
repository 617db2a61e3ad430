// AlterConfigs and IncrementalAlterConfigs: from brokers that hand them on, or from tools that ask
// the controller itself.

import type { Endpoint } from "@odradek/network";
import { CLUSTER, endpoint, type Hooks, type RequestContext } from "@odradek/network";
import { CONFIG_RESOURCE } from "@odradek/metadata";
import { AlterConfigs } from "@odradek/protocol/messages/alter_configs";
import { IncrementalAlterConfigs } from "@odradek/protocol/messages/incremental_alter_configs";
import { Refusal } from "@odradek/protocol/refusal";
import type { Controller } from "../controller.ts";
import {
  type AlterConfigsCommand,
  decideAlterConfigs,
  refusedResource,
} from "../decide/alter_configs.ts";

export function alterConfigsEndpoint(controller: Controller, hooks: Hooks): Endpoint {
  return endpoint(AlterConfigs, {
    handle: async ({ resources, validateOnly }, context) => ({
      responses: await alter(controller, {
        resources,
        validateOnly,
        isReplacement: true,
        refusalOf: unauthorized(hooks, context),
      }),
    }),
    refuse: ({ resources }, refusal) => ({
      responses: resources.map((resource) => refusedResource(resource, refusal)),
    }),
  });
}

export function incrementalAlterConfigsEndpoint(controller: Controller, hooks: Hooks): Endpoint {
  return endpoint(IncrementalAlterConfigs, {
    handle: async ({ resources, validateOnly }, context) => ({
      responses: await alter(controller, {
        resources,
        validateOnly,
        isReplacement: false,
        refusalOf: unauthorized(hooks, context),
      }),
    }),
    refuse: ({ resources }, refusal) => ({
      responses: resources.map((resource) => refusedResource(resource, refusal)),
    }),
  });
}

function alter(controller: Controller, command: AlterConfigsCommand) {
  return controller.decide((next, given) => decideAlterConfigs(next, command, given));
}

function unauthorized(hooks: Hooks, context: RequestContext): AlterConfigsCommand["refusalOf"] {
  return ({ resourceType, resourceName: name }) => {
    if (resourceType === CONFIG_RESOURCE.topic) {
      const isAllowed = hooks.authorize(context, "AlterConfigs", { type: "Topic", name });
      return isAllowed ? undefined : new Refusal("TOPIC_AUTHORIZATION_FAILED");
    }
    if (resourceType === CONFIG_RESOURCE.group) {
      const isAllowed = hooks.authorize(context, "AlterConfigs", { type: "Group", name });
      return isAllowed ? undefined : new Refusal("GROUP_AUTHORIZATION_FAILED");
    }
    const isAllowed = hooks.authorize(context, "AlterConfigs", CLUSTER);
    return isAllowed ? undefined : new Refusal("CLUSTER_AUTHORIZATION_FAILED");
  };
}
