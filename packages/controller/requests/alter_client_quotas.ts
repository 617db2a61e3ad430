// AlterClientQuotas: from brokers that hand it on, or from tools that ask the controller itself.

import { CLUSTER, type Endpoint, endpoint, type Hooks, type Logger } from "@odradek/network";
import { AlterClientQuotas } from "@odradek/protocol/messages/alter_client_quotas";
import { Refusal } from "@odradek/protocol/refusal";
import type { Controller } from "../controller.ts";
import { decideAlterClientQuotas, refusedQuota } from "../decide/alter_client_quotas.ts";

export function alterClientQuotasEndpoint(
  controller: Controller,
  hooks: Hooks,
  logger: Logger,
): Endpoint {
  let isTold = false;
  return endpoint(AlterClientQuotas, {
    async handle(request, context) {
      if (!hooks.authorize(context, "AlterConfigs", CLUSTER)) {
        throw new Refusal("CLUSTER_AUTHORIZATION_FAILED");
      }
      if (!isTold) logger.warn("Client quotas are kept and shown, but have no effect yet");
      isTold = true;
      return { entries: await controller.decide((next) => decideAlterClientQuotas(next, request)) };
    },
    refuse: ({ entries }, refusal) => ({
      entries: entries.map((entry) => refusedQuota(entry, refusal)),
    }),
  });
}
