// The flags of `consume`, and which of them can stand together.

import type { ConsumeOptions, StartOffset } from "@odradek/client";
import { Failure } from "../failure.ts";

export interface ConsumeFlags {
  readonly topic?: string;
  readonly include?: string;
  readonly group?: string;
  readonly partition?: number;
  readonly offset?: string;
  readonly fromBeginning?: boolean;
  readonly maxMessages?: number;
  readonly timeoutMs?: number;
  readonly isolationLevel: string;
  readonly skipMessageOnError?: boolean;
  readonly keyDeserializer?: string;
  readonly valueDeserializer?: string;
  readonly formatter: string;
  readonly formatterConfig?: string;
  readonly formatterProperty?: ReadonlyMap<string, string>;
  readonly property?: ReadonlyMap<string, string>;
}

/** Failure if they contradict each other. */
export function checkConsumeFlags(flags: ConsumeFlags): void {
  const { topic, include, group, partition, offset, fromBeginning = false } = flags;
  if (group !== undefined && partition !== undefined) {
    throw new Failure("Options group and partition cannot be specified together.");
  }
  if ((topic === undefined) === (include === undefined)) {
    throw new Failure("Exactly one of --include/--topic is required.");
  }
  if (partition !== undefined && topic === undefined) {
    throw new Failure("The topic is required when partition is specified.");
  }
  if (offset !== undefined && partition === undefined) {
    throw new Failure("The partition is required when offset is specified.");
  }
  if (offset !== undefined && fromBeginning) {
    throw new Failure("from-beginning and offset options cannot be specified together.");
  }
}

/** Where to begin, and what counts as read. Failure for values that mean nothing. */
export function positionOf(
  flags: ConsumeFlags,
): Required<Pick<ConsumeOptions, "offset" | "reset" | "isolationLevel">> {
  const offset = flags.fromBeginning === true ? "earliest" : parseOffset(flags.offset ?? "latest");
  const { isolationLevel } = flags;
  if (isolationLevel !== "read_committed" && isolationLevel !== "read_uncommitted") {
    throw new Failure("--isolation-level must be read_committed or read_uncommitted");
  }
  return { offset, reset: offset === "earliest" ? "earliest" : "latest", isolationLevel };
}

function parseOffset(text: string): StartOffset {
  if (text === "earliest" || text === "latest") return text;
  if (/^\d+$/.test(text)) return Number(text);
  throw new Failure(
    `The provided offset value '${text}' is incorrect. Valid values are 'earliest', 'latest', ` +
      "or a non-negative long.",
  );
}
