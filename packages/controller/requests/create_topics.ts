// CreateTopics: from brokers that hand it on, or from tools that ask the controller itself.

import {
  CLUSTER,
  type Endpoint,
  endpoint,
  type Hooks,
  type RequestContext,
} from "@odradek/network";
import { CreateTopics } from "@odradek/protocol/messages/create_topics";
import { Refusal } from "@odradek/protocol/refusal";
import type { Controller } from "../controller.ts";
import { decideCreateTopics, refusedTopic } from "../decide/create_topics.ts";

export function createTopicsEndpoint(controller: Controller, hooks: Hooks): Endpoint {
  return endpoint(CreateTopics, {
    async handle(request, context) {
      const refused = unauthorized(hooks, context, request.topics.map(({ name }) => name));
      const topics = await controller.decide((next, given) =>
        decideCreateTopics(next, { request, refused }, given)
      );
      return { topics };
    },
    refuse: ({ topics }, refusal) => ({
      topics: topics.map(({ name }) => refusedTopic(name, refusal)),
    }),
  });
}

/** Create on the cluster is enough; else each topic needs its own. */
function unauthorized(
  hooks: Hooks,
  context: RequestContext,
  names: readonly string[],
): ReadonlyMap<string, Refusal> {
  if (hooks.authorize(context, "Create", CLUSTER)) return new Map();
  return new Map(
    names.filter((name) => !hooks.authorize(context, "Create", { type: "Topic", name }))
      .map((name) => [name, new Refusal("TOPIC_AUTHORIZATION_FAILED")]),
  );
}
