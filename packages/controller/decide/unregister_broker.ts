// A broker that will not come back is forgotten.

import type { NodeId } from "@odradek/base";
import type { ClusterImage } from "@odradek/metadata";
import { Refusal } from "@odradek/protocol/refusal";
import type { Circumstances, Decision } from "./decision.ts";
import { recordsWithoutContent } from "./leaders.ts";

/** Refuses with BROKER_ID_NOT_REGISTERED, and with INVALID_REQUEST one that lives. */
export function decideUnregisterBroker(
  next: ClusterImage,
  brokerId: number,
  { config }: Pick<Circumstances, "config">,
): Decision<undefined> {
  const broker = next.brokers.get(brokerId as NodeId);
  if (broker === undefined) {
    const why = `Broker ID ${brokerId} is not currently registered`;
    throw new Refusal("BROKER_ID_NOT_REGISTERED", why);
  }
  if (!broker.isFenced) {
    const why = `Broker ${brokerId} is alive, and would be back at once: stop it first`;
    throw new Refusal("INVALID_REQUEST", why);
  }
  return {
    records: [
      ...recordsWithoutContent({ image: next, config }, broker.id),
      { type: "UnregisterBrokerRecord", brokerId, brokerEpoch: BigInt(broker.epoch) },
    ],
    reply: undefined,
  };
}
