// CreatePartitions, as a broker serves it: the controller decides.

import { type Endpoint, endpoint } from "@odradek/network";
import { CreatePartitions } from "@odradek/protocol/messages/create_partitions";
import { forwardedFor } from "./forwarded_for.ts";
import type { Services } from "./services.ts";

export function createPartitionsEndpoint(
  { controller }: Pick<Services, "controller">,
): Endpoint {
  return endpoint(CreatePartitions, {
    handle: (body, context) =>
      controller.forward(
        CreatePartitions,
        { version: context.version, body },
        forwardedFor(context),
      ),
    refuse: ({ topics }, { code: errorCode, message: errorMessage }) => ({
      results: topics.map(({ name }) => ({ name, errorCode, errorMessage })),
    }),
  });
}
