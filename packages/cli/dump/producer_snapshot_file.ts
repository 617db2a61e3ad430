// A `.snapshot`: what a partition knew of its producers at an offset.

import { decodeSnapshot } from "@odradek/log/producers/snapshot";
import type { ProducerState } from "@odradek/log";
import { optionalLong } from "./batch_text.ts";
import { DataSource } from "./data_source.ts";
import type { DumpContext } from "./dump.ts";

export async function dumpProducerSnapshot(
  path: string,
  { terminal }: DumpContext,
): Promise<void> {
  for (const state of decodeSnapshot(await DataSource.readWhole(path))) {
    terminal.print(stateLine(state));
  }
}

function stateLine(state: ProducerState): string {
  const { transactionFirstOffset } = state;
  const open = transactionFirstOffset < 0 ? undefined : transactionFirstOffset;
  const known: [string, string | number][] = [
    ["producerId", state.producerId],
    ["producerEpoch", state.epoch],
    ["coordinatorEpoch", state.coordinatorEpoch],
    ["currentTxnFirstOffset", optionalLong(open)],
    ["lastTimestamp", state.lastTimestamp],
  ];
  const [batch] = state.batches;
  const last: [string, string | number][] = batch === undefined ? [] : [
    ["firstSequence", batch.firstSequence],
    ["lastSequence", batch.lastSequence],
    ["lastOffset", batch.lastOffset],
    ["offsetDelta", batch.lastOffset - batch.firstOffset],
    ["timestamp", batch.timestamp],
  ];
  return [...known, ...last].map(([name, value]) => `${name}: ${value}`).join(" ");
}
