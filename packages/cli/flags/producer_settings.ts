// A producer as the properties of Kafka's clients describe one.

import type { ProducerSettings } from "@odradek/client";
import { type CodecName, CODECS } from "@odradek/protocol/records/compression";
import { Failure } from "../failure.ts";
import { milliseconds } from "./connection.ts";

/** Failure for a property whose value cannot be used. */
export function producerSettings(
  properties: ReadonlyMap<string, string>,
  defaults: { readonly lingerMs: number },
): ProducerSettings {
  const acks = acksOf(properties.get("acks") ?? "all");
  const isOff = properties.get("enable.idempotence") === "false";
  const deliveryTimeoutMs = milliseconds(properties, "delivery.timeout.ms");
  const topicTimeoutMs = milliseconds(properties, "max.block.ms");
  const batchBytesMax = milliseconds(properties, "batch.size");
  const bufferBytesMax = milliseconds(properties, "buffer.memory");
  return {
    acks,
    idempotent: acks === -1 && !isOff,
    compression: codecOf(properties.get("compression.type") ?? "none"),
    lingerMs: milliseconds(properties, "linger.ms") ?? defaults.lingerMs,
    ...(deliveryTimeoutMs === undefined ? {} : { deliveryTimeoutMs }),
    ...(topicTimeoutMs === undefined ? {} : { topicTimeoutMs }),
    ...(batchBytesMax === undefined ? {} : { batchBytesMax }),
    ...(bufferBytesMax === undefined ? {} : { bufferBytesMax }),
  };
}

function acksOf(text: string): -1 | 0 | 1 {
  if (text === "all" || text === "-1") return -1;
  if (text === "0") return 0;
  if (text === "1") return 1;
  throw new Failure(`acks must be 0, 1, or all, not "${text}"`);
}

function codecOf(name: string): CodecName {
  const found = CODECS.find((one) => one === name);
  if (found === undefined) throw new Failure(`There is no compression ${name}`);
  return found;
}
