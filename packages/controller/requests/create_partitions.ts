// CreatePartitions: from brokers that hand it on, or from tools that ask the controller itself.

import { type Endpoint, endpoint, type Hooks } from "@odradek/network";
import { CreatePartitions } from "@odradek/protocol/messages/create_partitions";
import type { Controller } from "../controller.ts";
import { decideCreatePartitions, refusedEnlargement } from "../decide/create_partitions.ts";

export function createPartitionsEndpoint(controller: Controller, hooks: Hooks): Endpoint {
  return endpoint(CreatePartitions, {
    async handle(request, context) {
      const mayAlter = (name: string): boolean =>
        hooks.authorize(context, "Alter", { type: "Topic", name });
      const results = await controller.decide((next, given) =>
        decideCreatePartitions(next, { request, mayAlter }, given)
      );
      return { results };
    },
    refuse: ({ topics }, refusal) => ({
      results: topics.map(({ name }) => refusedEnlargement(name, refusal)),
    }),
  });
}
