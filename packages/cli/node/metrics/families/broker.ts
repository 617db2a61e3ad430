// Metrics of the broker and of the cluster, as its main thread knows them.

import type { ClusterImage } from "@odradek/metadata";
import { type Family, gauge } from "../family.ts";

export interface BrokerView {
  readonly image: ClusterImage;
  /** By all threads. */
  readonly appliedEndOffset: number;
  readonly state: BrokerState;
}

/** As Kafka numbers them. */
export const BROKER_STATES = { starting: 1, recovering: 2, running: 3, stopping: 6 } as const;
export type BrokerState = keyof typeof BROKER_STATES;

export function brokerFamilies({ image, appliedEndOffset, state }: BrokerView): Family[] {
  const brokers = [...image.brokers.values()].filter(({ isFenced }) => !isFenced);
  return [
    gauge(
      "kafka_server_kafkaserver_brokerstate",
      "1 starting, 2 recovering, 3 running, 6 handing over before it stops.",
      BROKER_STATES[state],
    ),
    gauge(
      "kafka_server_brokermetadatametrics_last_applied_record_offset",
      "Of the last metadata record that all threads have applied.",
      appliedEndOffset - 1,
    ),
    gauge(
      "odradek_metadata_lag_records",
      "Metadata records that this node has, and not all threads have applied.",
      Math.max(0, image.endOffset - Math.max(0, appliedEndOffset)),
    ),
    gauge("kafka_brokers", "Brokers of the cluster that are not fenced.", brokers.length),
    {
      name: "kafka_broker_info",
      help: "The brokers, and where each is.",
      type: "gauge",
      samples: brokers.map(({ id, endpoints: [first] }) => ({
        labels: { id, address: first === undefined ? "" : `${first.host}:${first.port}` },
        value: 1,
      })),
    },
    {
      name: "kafka_topic_partitions",
      help: "Partitions of a topic.",
      type: "gauge",
      samples: [...image.topics.values()].map(({ name, partitions }) => ({
        labels: { topic: name },
        value: partitions.length,
      })),
      isDetailed: true,
    },
  ];
}
