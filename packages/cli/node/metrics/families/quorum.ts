// Metrics of this node's replica of the quorum, and of the metadata that it has applied.

import type { QuorumGauges } from "@odradek/controller";
import { type Family, gauge } from "../family.ts";

const RAFT = "kafka_server_raftmetrics";
const CONTROLLER = "kafka_controller_kafkacontroller";

export function quorumFamilies(gauges: QuorumGauges, isController: boolean): Family[] {
  const current = { labels: { current_state: gauges.state }, value: 1 };
  return [
    {
      name: `${RAFT}_current_state`,
      help: "What this replica is in the quorum.",
      type: "gauge",
      samples: gauges.state === "none" ? [] : [current],
    },
    ...([
      ["current_leader", "Who leads, as far as this node knows; -1: nobody.", "leaderId"],
      ["current_vote", "Whom it voted for in this epoch; -1: nobody.", "votedId"],
      ["current_epoch", "The epoch of the quorum.", "epoch"],
      ["high_watermark", "Metadata below this offset is committed.", "highWatermark"],
      ["log_end_offset", "Of the next record of the metadata log.", "endOffset"],
      ["log_end_epoch", "Of the last record of the metadata log.", "lastEpoch"],
      ["number_of_voters", "Voters of the quorum.", "voters"],
      ["number_of_observers", "Observers, as the leader knows them.", "observers"],
    ] as const).map(([name, help, of]) => gauge(`${RAFT}_${name}`, help, gauges.value(of))),
    ...(isController ? controllerFamilies(gauges) : []),
  ];
}

function controllerFamilies(gauges: QuorumGauges): Family[] {
  return ([
    ["activecontrollercount", "1: this is the active controller.", "isActive"],
    ["activebrokercount", "Brokers that are registered and not fenced.", "brokers"],
    ["fencedbrokercount", "Brokers that are registered and fenced.", "fencedBrokers"],
    ["globaltopiccount", "Topics of the cluster.", "topics"],
    ["globalpartitioncount", "Partitions of the cluster.", "partitions"],
    ["offlinepartitionscount", "Partitions that nobody leads.", "offlinePartitions"],
    [
      "preferredreplicaimbalancecount",
      "Partitions that another than the first of their replicas leads.",
      "notPreferredPartitions",
    ],
  ] as const).map(([name, help, of]) => gauge(`${CONTROLLER}_${name}`, help, gauges.value(of)))
    .concat(gauge(
      `${CONTROLLER}_lastappliedrecordoffset`,
      "Of the last metadata record that this controller has applied.",
      gauges.value("appliedEndOffset") - 1,
    ));
}
