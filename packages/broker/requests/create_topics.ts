// CreateTopics, as a broker serves it: the controller decides.

import { ZERO_UUID } from "@odradek/base";
import { type Endpoint, endpoint } from "@odradek/network";
import { CreateTopics } from "@odradek/protocol/messages/create_topics";
import { forwardedFor } from "./forwarded_for.ts";
import type { Services } from "./services.ts";

export function createTopicsEndpoint({ controller }: Pick<Services, "controller">): Endpoint {
  return endpoint(CreateTopics, {
    handle: (body, context) =>
      controller.forward(CreateTopics, { version: context.version, body }, forwardedFor(context)),
    refuse: ({ topics }, { code, message }) => ({
      topics: topics.map(({ name }) => ({
        name,
        topicId: ZERO_UUID,
        errorCode: code,
        errorMessage: message,
        configs: [],
      })),
    }),
  });
}
