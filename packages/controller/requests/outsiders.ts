// Outsiders, which cannot be a part of this cluster: whoever runs it must hear of them where they
// are refused, too. A line once in a while for each kind.

import type { Endpoint, RareLines } from "@odradek/network";
import type { ErrorName } from "@odradek/protocol/errors";
import { Refusal } from "@odradek/protocol/refusal";

const TOLD = new Set<ErrorName>([
  "DUPLICATE_BROKER_REGISTRATION",
  "INCONSISTENT_CLUSTER_ID",
  "INVALID_REGISTRATION",
  "UNSUPPORTED_VERSION",
]);

export function tellingOfOutsiders(one: Endpoint, lines: RareLines): Endpoint {
  return {
    ...one,
    async handle(request, context) {
      try {
        return await one.handle(request, context);
      } catch (refusal) {
        if (refusal instanceof Refusal && TOLD.has(refusal.error)) {
          const { connection: { clientAddress }, clientId } = context;
          const { error } = refusal;
          lines.write(`${one.api.name} ${error}`, {
            level: "warn",
            fields: { client: clientId, address: clientAddress, error },
            text: `Refused ${one.api.name} of ${clientId ?? "a node"} at ${clientAddress}: ` +
              refusal.message,
          });
        }
        throw refusal;
      }
    },
  };
}
