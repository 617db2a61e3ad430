// A `.snapshot` file: the producers that a partition's log knows, behind the version (int16). The
// log package reads and writes the same bytes by hand (producers/snapshot.ts), as it must check the
// CRC first; this is for tools and golden vectors.

import { array, int16, int32, int64, type MessageOf, schema, uint32 } from "../../schema/mod.ts";

const producerEntry = {
  producerId: int64,
  epoch: int16,
  /** -1: none. */
  lastSequence: int32,
  /** Of its last batch; -1: none. */
  lastOffset: int64,
  /** Last sequence less first one in the last batch. */
  offsetDelta: int32,
  /** Of the last batch, ms. */
  timestamp: int64,
  /** Of the last marker; -1: there was none. */
  coordinatorEpoch: int32,
  /** -1: no open transaction. */
  currentTxnFirstOffset: int64,
};

export const ProducerSnapshot = schema({
  name: "ProducerSnapshot",
  versions: [1, 1],
  fields: {
    /** CRC-32C of everything that follows it. */
    crc: uint32,
    producerEntries: array(producerEntry),
  },
});
export type ProducerSnapshot = MessageOf<typeof ProducerSnapshot>;
