// A snapshot of the metadata, or a segment of its log, as the image that its records make.

import { Fault, reason } from "@odradek/base";
import { scan } from "@odradek/log/segments/scan";
import { applyBatch, EMPTY_STATE, metadataBatch, type MetadataState } from "@odradek/metadata";
import { DataSource } from "../dump/data_source.ts";
import { Failure } from "../failure.ts";
import type { Told } from "./tree.ts";

/** Fault "disk" or Failure if it cannot be read. */
export async function readMetadata(path: string): Promise<Told> {
  await using source = await DataSource.open(path);
  let state: MetadataState = EMPTY_STATE;
  let timestamp = 0;
  let offset = -1;
  try {
    for await (const { batch } of scan(source)) {
      // A footer says nothing of the cluster.
      if (!batch.isControl) [timestamp, offset] = [batch.maxTimestamp, batch.lastOffset];
      state = applyBatch(state, metadataBatch(batch));
    }
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new Failure(`Cannot read "${path}": ${reason(error)}`, { cause: error });
  }
  if (offset < 0) {
    throw new Failure(`Cannot read "${path}": it is no snapshot of the metadata, and no log of it`);
  }
  return { image: { ...state.image, endOffset: offset + 1 }, timestamp };
}
