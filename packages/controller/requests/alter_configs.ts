// AlterConfigs and IncrementalAlterConfigs: from brokers that hand them on, or from tools that ask
// the controller itself.

import type { NodeId } from "@odradek/base";
import type { Endpoint } from "@odradek/network";
import { CLUSTER, endpoint, type Hooks, type RequestContext } from "@odradek/network";
import { CONFIG_RESOURCE } from "@odradek/metadata";
import { alterLoggers, LOGGER_RESOURCE, type Loggers } from "@odradek/metadata/configs/mod";
import { errors } from "@odradek/protocol/errors";
import { AlterConfigs } from "@odradek/protocol/messages/alter_configs";
import {
  IncrementalAlterConfigs,
  type IncrementalAlterConfigsRequest,
} from "@odradek/protocol/messages/incremental_alter_configs";
import { Refusal } from "@odradek/protocol/refusal";
import type { Controller } from "../controller.ts";
import {
  type AlterConfigsCommand,
  type AlterConfigsReply,
  decideAlterConfigs,
  refusedResource,
} from "../decide/alter_configs.ts";

export interface LoggingNode {
  readonly nodeId: NodeId;
  readonly loggers: Loggers;
}

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

/** Loggers are the node's own: nothing of them is decided. */
export function incrementalAlterConfigsEndpoint(
  controller: Controller,
  hooks: Hooks,
  node: LoggingNode,
): Endpoint {
  return endpoint(IncrementalAlterConfigs, {
    async handle({ resources, validateOnly }, context) {
      const refusalOf = unauthorized(hooks, context);
      const { own = [], rest = [] } = Object.groupBy(
        resources,
        ({ resourceType }) => resourceType === LOGGER_RESOURCE ? "own" : "rest",
      );
      const told = own.map((one) => loggersAltered(node, one, { validateOnly, refusalOf }));
      const command = { resources: rest, validateOnly, isReplacement: false, refusalOf };
      const decided = rest.length === 0 ? [] : await alter(controller, command);
      return { responses: [...told, ...decided] };
    },
    refuse: ({ resources }, refusal) => ({
      responses: resources.map((resource) => refusedResource(resource, refusal)),
    }),
  });
}

type Altered = IncrementalAlterConfigsRequest["resources"][number];

function loggersAltered(
  { loggers, nodeId }: LoggingNode,
  resource: Altered,
  { validateOnly, refusalOf }: Pick<AlterConfigsCommand, "validateOnly" | "refusalOf">,
): AlterConfigsReply {
  const { resourceType, resourceName } = resource;
  try {
    const refusal = refusalOf(resource);
    if (refusal !== undefined) throw refusal;
    alterLoggers(loggers, resource, { nodeId, validateOnly });
    return { errorCode: errors.NONE.code, errorMessage: null, resourceType, resourceName };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return refusedResource(resource, error);
  }
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
