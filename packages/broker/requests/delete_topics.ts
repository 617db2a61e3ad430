// DeleteTopics, as a broker serves it: the controller decides.

import { ZERO_UUID } from "@odradek/base";
import { type Endpoint, endpoint } from "@odradek/network";
import { DeleteTopics } from "@odradek/protocol/messages/delete_topics";
import { forwardedFor } from "./forwarded_for.ts";
import type { Services } from "./services.ts";

export function deleteTopicsEndpoint({ controller }: Pick<Services, "controller">): Endpoint {
  return endpoint(DeleteTopics, {
    handle: (body, context) =>
      controller.forward(DeleteTopics, { version: context.version, body }, forwardedFor(context)),
    refuse: ({ topics, topicNames }, { code: errorCode }) => ({
      responses: [
        ...topics.map(({ name, topicId }) => ({ name, topicId, errorCode })),
        ...topicNames.map((name) => ({ name, topicId: ZERO_UUID, errorCode })),
      ],
    }),
  });
}
