// A `.snapshot`: what a partition knew of its producers at an offset.

import { decodeSnapshot } from "@odradek/log/producers/snapshot";
import type { ProducerState } from "@odradek/log";
import { DataSource } from "./data_source.ts";
import type { DumpContext } from "./dump.ts";
import type { Fields } from "./output.ts";

export async function dumpProducerSnapshot(
  path: string,
  { output }: DumpContext,
): Promise<void> {
  for (const state of decodeSnapshot(await DataSource.readWhole(path))) {
    output.entry(stateFields(state));
  }
}

function stateFields(state: ProducerState): Fields {
  const { transactionFirstOffset } = state;
  const open = transactionFirstOffset < 0 ? undefined : transactionFirstOffset;
  const known: Fields = [
    ["producerId", state.producerId],
    ["producerEpoch", state.epoch],
    ["coordinatorEpoch", state.coordinatorEpoch],
    ["currentTxnFirstOffset", { optional: open }],
    ["lastTimestamp", state.lastTimestamp],
  ];
  const [batch] = state.batches;
  const last: Fields = batch === undefined ? [] : [
    ["firstSequence", batch.firstSequence],
    ["lastSequence", batch.lastSequence],
    ["lastOffset", batch.lastOffset],
    ["offsetDelta", batch.lastOffset - batch.firstOffset],
    ["timestamp", batch.timestamp],
  ];
  return [...known, ...last];
}
