// What Kafka's sticky assignors say beside a subscription, as bytes of their own without a version
// before them: `sticky` all that the member had and in which generation, `cooperative-sticky` the
// generation alone, for the partitions stand in the subscription (KIP-54, KIP-429, KIP-341).

import type { TopicPartition } from "@odradek/base";
import { array, int32, schema, string } from "@odradek/protocol/schema/mod";
import { Malformed } from "@odradek/protocol/wire/malformed";
import { Reader } from "@odradek/protocol/wire/reader";
import { Writer } from "@odradek/protocol/wire/writer";

/** What a member was given at last. */
export interface Given {
  readonly partitions: readonly TopicPartition[];
  /** -1: not told. */
  readonly generation: number;
}

export const NOTHING_GIVEN: Given = { partitions: [], generation: -1 };

const StickyUserData = schema({
  name: "StickyUserData",
  versions: [0, 1],
  fields: {
    previousAssignment: array({ topic: string, partitions: array(int32) }),
    /** Members of old clients tell none. */
    generation: int32.since(1).default(-1),
  },
});

export function encodeStickyUserData({ partitions, generation }: Given): Uint8Array {
  const topics = [...Map.groupBy(partitions, ({ topic }) => topic)];
  const previousAssignment = topics.map(([topic, some]) => ({
    topic,
    partitions: some.map(({ partition }) => partition),
  }));
  const writer = new Writer();
  StickyUserData.codec(1).write(writer, { previousAssignment, generation });
  return writer.finishWhole();
}

/** What makes no sense tells nothing: the member merely keeps nothing. */
export function decodeStickyUserData(bytes: Uint8Array | null): Given {
  if (bytes === null) return NOTHING_GIVEN;
  const message = [1, 0].map((version) => readOrNone(bytes, version)).find((read) => read);
  if (message === undefined) return NOTHING_GIVEN;
  const partitions = message.previousAssignment.flatMap(({ topic, partitions }) =>
    partitions.map((partition) => ({ topic, partition }))
  );
  return { partitions, generation: message.generation };
}

export function encodeGeneration(generation: number): Uint8Array {
  const writer = new Writer();
  writer.int32(generation);
  return writer.finishWhole();
}

/** -1: it is not told. */
export function decodeGeneration(bytes: Uint8Array | null): number {
  return bytes === null || bytes.length < 4 ? -1 : new Reader(bytes).int32();
}

function readOrNone(bytes: Uint8Array, version: number) {
  try {
    return StickyUserData.read(new Reader(bytes), version);
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}
