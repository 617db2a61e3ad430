// AlterConfigs and IncrementalAlterConfigs, as a broker serves them: its own loggers it changes
// itself, settings of another broker it refuses, and everything else the controller decides.

import { CONFIG_RESOURCE } from "@odradek/metadata";
import {
  alterLoggers,
  LOGGER_RESOURCE,
  type NamedResource,
  repeatedAmong,
} from "@odradek/metadata/configs/mod";
import { CLUSTER, type Endpoint, endpoint, type RequestContext } from "@odradek/network";
import { errors } from "@odradek/protocol/errors";
import { AlterConfigs } from "@odradek/protocol/messages/alter_configs";
import {
  IncrementalAlterConfigs,
  type IncrementalAlterConfigsRequest,
  type IncrementalAlterConfigsResponse,
} from "@odradek/protocol/messages/incremental_alter_configs";
import { Refusal } from "@odradek/protocol/refusal";
import { forwardedFor } from "./forwarded_for.ts";
import type { Services } from "./services.ts";

type Reached = Pick<Services, "controller" | "nodeId" | "loggers" | "hooks">;
type Answered = IncrementalAlterConfigsResponse["responses"][number];

export function alterConfigsEndpoint(services: Reached): Endpoint {
  return endpoint(AlterConfigs, {
    handle: (request, context) => {
      const { resources, validateOnly } = request;
      return apart(services, resources, {
        here: () => undefined,
        forward: (rest) =>
          services.controller.forward(AlterConfigs, {
            version: context.version,
            body: { resources: rest, validateOnly },
          }, forwardedFor(context)),
      });
    },
    refuse: ({ resources }, refusal) => ({
      responses: resources.map((resource) => refused(resource, refusal)),
    }),
  });
}

export function incrementalAlterConfigsEndpoint(services: Reached): Endpoint {
  return endpoint(IncrementalAlterConfigs, {
    handle: (request, context) => {
      const { resources, validateOnly } = request;
      return apart(services, resources, {
        here: (resource) => loggersAltered(services, resource, { validateOnly, context }),
        forward: (rest) =>
          services.controller.forward(IncrementalAlterConfigs, {
            version: context.version,
            body: { resources: rest, validateOnly },
          }, forwardedFor(context)),
      });
    },
    refuse: ({ resources }, refusal) => ({
      responses: resources.map((resource) => refused(resource, refusal)),
    }),
  });
}

interface Ways<R> {
  /** The answer if this broker gives it alone. Throws Refusal. */
  readonly here: (resource: R) => Answered | undefined;
  readonly forward: (rest: readonly R[]) => Promise<{ readonly responses: readonly Answered[] }>;
}

async function apart<R extends NamedResource>(
  { nodeId }: Reached,
  resources: readonly R[],
  { here, forward }: Ways<R>,
): Promise<{ responses: readonly Answered[] }> {
  const own: Answered[] = [];
  const rest: R[] = [];
  const isRepeated = repeatedAmong(resources);
  for (const resource of resources) {
    try {
      if (isRepeated(resource)) {
        throw new Refusal("INVALID_REQUEST", "Each resource must appear at most once.");
      }
      checkBroker(resource, nodeId);
      const answer = here(resource);
      if (answer === undefined) rest.push(resource);
      else own.push(answer);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      own.push(refused(resource, error));
    }
  }
  const told = rest.length === 0 ? [] : (await forward(rest)).responses;
  return { responses: [...own, ...told] };
}

/** Whoever alters a broker asks it: it alone could say whether it can take the settings. */
function checkBroker({ resourceType, resourceName: name }: NamedResource, nodeId: number): void {
  if (resourceType !== CONFIG_RESOURCE.broker || name === "" || name === String(nodeId)) return;
  const why = /^-?\d+$/.test(name)
    ? `Unexpected broker id, expected ${nodeId}, but received ${name}`
    : `Node id must be an integer, but it is: ${name}`;
  throw new Refusal("INVALID_REQUEST", why);
}

function loggersAltered(
  { loggers, nodeId, hooks }: Reached,
  resource: IncrementalAlterConfigsRequest["resources"][number],
  { validateOnly, context }: { readonly validateOnly: boolean; readonly context: RequestContext },
): Answered | undefined {
  const { resourceType, resourceName } = resource;
  if (resourceType !== LOGGER_RESOURCE) return undefined;
  if (!hooks.authorize(context, "AlterConfigs", CLUSTER)) {
    throw new Refusal("CLUSTER_AUTHORIZATION_FAILED");
  }
  alterLoggers(loggers, resource, { nodeId, validateOnly });
  return { errorCode: errors.NONE.code, errorMessage: null, resourceType, resourceName };
}

function refused(
  { resourceType, resourceName }: NamedResource,
  { code, message }: Refusal,
): Answered {
  return { errorCode: code, errorMessage: message, resourceType, resourceName };
}
