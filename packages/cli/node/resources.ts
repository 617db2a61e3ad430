// What this process may use of its machine, and how much of that its clients get.

import { readFileSync } from "node:fs";
import { totalmem } from "node:os";
import type { ResolvedConfig } from "@odradek/metadata/configs/mod";
import { NodeBounds } from "@odradek/network";

const GIB = 2 ** 30;
/** Descriptors for log files, for connections to other nodes, and for all else. */
const KEPT_DESCRIPTORS_MAX = 8192;

/** Of all connections of all reactors. */
export function nodeBounds(config: ResolvedConfig): NodeBounds {
  return NodeBounds.of({
    requestBytesMax: requestBytesMax(config, memoryBytes()),
    connectionsMax: connectionsMax(descriptorsMax()),
  });
}

export function requestBytesMax(config: ResolvedConfig, memory: number): number {
  const given = config.value("queued.max.request.bytes");
  if (given > 0) return given;
  return Math.max(2 * config.value("socket.request.max.bytes"), Math.min(GIB, memory / 4));
}

/** A node whose descriptors are all connections could open no log. */
export function connectionsMax(descriptors: number): number {
  return Math.floor(descriptors - keptDescriptors(descriptors));
}

/** Files of logs that each of so many reactors may have open. */
export function logDescriptorsMax(reactors: number, descriptors = descriptorsMax()): number {
  return Math.floor(keptDescriptors(descriptors) * LOGS_PART / Math.max(1, reactors));
}

const LOGS_PART = 3 / 4;

function keptDescriptors(descriptors: number): number {
  return Math.min(KEPT_DESCRIPTORS_MAX, descriptors / 4);
}

/** Of the machine, or of the container. */
function memoryBytes(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}

/** Open files that the system lets this process have; Infinity where it does not say. */
export function descriptorsMax(): number {
  try {
    const limits = readFileSync("/proc/self/limits", "utf8");
    const [, soft] = /^Max open files\s+(\d+)/m.exec(limits) ?? [];
    return soft === undefined ? Number.POSITIVE_INFINITY : Number(soft);
  } catch {
    // Other systems have no such file.
    return Number.POSITIVE_INFINITY;
  }
}
