// DeleteTopics: from brokers that hand it on, or from tools that ask the controller itself.

import { ZERO_UUID } from "@odradek/base";
import type { ResolvedConfig } from "@odradek/metadata/configs/mod";
import { type Endpoint, endpoint, type Hooks } from "@odradek/network";
import { DeleteTopics } from "@odradek/protocol/messages/delete_topics";
import { Refusal } from "@odradek/protocol/refusal";
import type { Controller } from "../controller.ts";
import { decideDeleteTopics } from "../decide/delete_topics.ts";

/** Older clients do not know the error that says so. */
const DELETION_DISABLED_SINCE = 3;

export function deleteTopicsEndpoint(
  controller: Controller,
  hooks: Hooks,
  config: ResolvedConfig,
): Endpoint {
  return endpoint(DeleteTopics, {
    async handle(request, context) {
      if (!config.value("delete.topic.enable")) {
        const isKnown = context.version >= DELETION_DISABLED_SINCE;
        throw new Refusal(isKnown ? "TOPIC_DELETION_DISABLED" : "INVALID_REQUEST");
      }
      const mayDelete = (name: string): boolean =>
        hooks.authorize(context, "Delete", { type: "Topic", name });
      const responses = await controller.decide((next) =>
        decideDeleteTopics(next, { request, mayDelete })
      );
      return { responses };
    },
    refuse: ({ topics, topicNames }, { code: errorCode }) => ({
      responses: [
        ...topics.map(({ name, topicId }) => ({ name, topicId, errorCode })),
        ...topicNames.map((name) => ({ name, topicId: ZERO_UUID, errorCode })),
      ],
    }),
  });
}
