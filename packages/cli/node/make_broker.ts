// The broker of a node, tied to the threads that the node has.

import { systemClock, systemRandom } from "@odradek/base";
import {
  Broker,
  type BrokerEpoch,
  ControllerLink,
  isOffline,
  type MetadataProgress,
} from "@odradek/broker";
import { diskFiles } from "@odradek/log/disk/files";
import type { NodeConfig } from "@odradek/metadata/configs/mod";
import { type Logger, portConnector } from "@odradek/network";
import type { Prepared } from "./prepare.ts";
import type { Threads } from "./threads.ts";

/** Security protocols by their number in registrations. */
const PROTOCOLS = ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"];

export interface BrokerSurroundings extends Prepared {
  readonly threads: Threads;
  readonly progress: MetadataProgress;
  readonly brokerEpoch: BrokerEpoch;
  readonly logger: Logger;
}

export function makeBroker(node: NodeConfig, parts: BrokerSurroundings): Broker {
  const { clusterId, incarnationId, places, opened, threads, progress, brokerEpoch } = parts;
  const { config, nodeId } = node;
  const clock = systemClock;
  const connectController = portConnector(threads.controller);
  return new Broker({
    nodeId,
    clusterId,
    incarnationId,
    rack: node.rack,
    listeners: places.advertised.map(({ name, host, port, protocol }) => ({
      name,
      host,
      port,
      securityProtocol: PROTOCOLS.indexOf(protocol),
    })),
    directoryIds: opened.logs.filter((one) => !isOffline(one)).map(({ id }) => id),
    previousBrokerEpoch: opened.previousBrokerEpoch,
    heartbeatMs: config.value("broker.heartbeat.interval.ms"),
    registrationTimeoutMs: config.value("initial.broker.registration.timeout.ms"),
    controller: new ControllerLink({
      clock,
      connect: () => Promise.resolve(connectController()),
      clientId: `broker-${nodeId}`,
      timeoutMs: config.value("request.timeout.ms"),
    }),
    appliedEndOffset: () => progress.lowest,
    registered: (epoch) => (brokerEpoch.value = epoch),
    clock,
    logger: parts.logger,
    reactors: threads.reactors,
    places: places.brokers,
    directories: opened.logs,
    files: diskFiles({ clock }),
    random: systemRandom,
    checkpointMs: config.value("replica.high.watermark.checkpoint.interval.ms"),
    deleteDelayMs: config.value("log.segment.delete.delay.ms"),
    controlledShutdown: config.value("controlled.shutdown.enable"),
  });
}
