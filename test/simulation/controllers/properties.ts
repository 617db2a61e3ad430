// The configuration of three controllers and three brokers, by chance where it matters.

import type { Random } from "@odradek/base";
import { between } from "../workload/chances.ts";

export const CONTROLLERS = [1, 2, 3] as const;
export const BROKERS = [4, 5, 6] as const;
export const CONTROLLER_PORT = 9093;
export const SESSION_MS = 9000;

export function hostOf(id: number): string {
  return `node-${id}`;
}

/** The node that runs on a machine. */
export function idOf(host: string): number {
  return Number(host.slice(hostOf(0).length - 1));
}

export function isController(id: number): boolean {
  return CONTROLLERS.some((one) => one === id);
}

/** Of each node, as in server.properties. */
export function propertiesOf(random: Random): (id: number) => string {
  const shared = {
    "controller.listener.names": "CONTROLLER",
    "controller.quorum.voters": CONTROLLERS.map((id) => `${id}@${hostOf(id)}:${CONTROLLER_PORT}`)
      .join(","),
    "cluster.id": "AAAAAAAAQACAAAAAAAAAAQ",
    "log.dirs": "/data",
    "broker.session.timeout.ms": SESSION_MS,
    "metadata.log.segment.ms": between(random, 5000, 60_000),
    "metadata.log.max.record.bytes.between.snapshots": between(random, 2000, 40_000),
    "metadata.log.max.snapshot.interval.ms": between(random, 10_000, 60_000),
    "metadata.max.retention.bytes": between(random, 5000, 50_000),
    "internal.metadata.log.segment.bytes": between(random, 4000, 100_000),
  };
  return (id) => {
    const own = isController(id)
      ? {
        "process.roles": "controller",
        "listeners": `CONTROLLER://${hostOf(id)}:${CONTROLLER_PORT}`,
      }
      : { "process.roles": "broker", "listeners": `PLAINTEXT://${hostOf(id)}:9092` };
    return Object.entries({ ...shared, ...own, "node.id": id })
      .map(([key, value]) => `${key}=${value}`).join("\n");
  };
}
