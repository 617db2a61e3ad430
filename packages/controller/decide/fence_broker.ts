// A broker's session is over: it leads nothing any more, and is in sync with nothing.

import type { ClusterImage } from "@odradek/metadata";
import type { Circumstances, Decision } from "./decision.ts";
import type { SessionKey } from "../sessions/broker_sessions.ts";
import { recordsWithoutBroker } from "./leaders.ts";

const BEGINS = 1;

/** The reply: whether it was not fenced before. A later life of the broker is not meant. */
export function decideFenceBroker(
  next: ClusterImage,
  { id, epoch }: SessionKey,
  { config }: Pick<Circumstances, "config">,
): Decision<boolean> {
  const broker = next.brokers.get(id);
  if (broker === undefined || broker.epoch !== epoch || broker.isFenced) {
    return { records: [], reply: false };
  }
  return {
    records: [
      {
        type: "BrokerRegistrationChangeRecord",
        brokerId: id,
        brokerEpoch: BigInt(epoch),
        fenced: BEGINS,
      },
      ...recordsWithoutBroker({ image: next, config }, id),
    ],
    reply: true,
  };
}
