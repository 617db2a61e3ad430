// The producer id that brokers give out (KIP-98). It is asked for once, before the first batch with
// sequences, and again when the brokers have forgotten it.

import { safeInteger } from "@odradek/base";
import { InitProducerId } from "@odradek/protocol/messages/init_producer_id";
import type { Cluster } from "../cluster.ts";
import { throwIfRefused } from "../refused.ts";
import type { ProducerIdentity } from "./partition_queue.ts";

/** Without a transactional id any broker gives one. Fault "network", BrokerRefused. */
export async function initProducerId(cluster: Cluster): Promise<ProducerIdentity> {
  // The timeout is of transactions, of which there will be none.
  const draft = { transactionalId: null, transactionTimeoutMs: 0x7fff_ffff };
  const answer = await cluster.ask("any", InitProducerId, draft);
  throwIfRefused(answer.errorCode);
  return { producerId: safeInteger(answer.producerId), epoch: answer.producerEpoch };
}
