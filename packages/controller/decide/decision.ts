// A decision: what a command makes of the newest image, before anybody else has seen it. Pure: the
// same image, command and circumstances give the same records. The controller appends them and
// answers when they are committed.

import type { Random } from "@odradek/base";
import type { MetadataRecordDraft } from "@odradek/protocol/schemas/metadata/mod";
import type { ResolvedConfig } from "@odradek/metadata/configs/mod";

/**
 * Of one batch, which is in the log as a whole or not at all. More records than that are cut: only
 * those may be so many of which each can stand alone.
 */
export const BATCH_RECORDS_MAX = 10_000;

export interface Decision<Reply> {
  readonly records: readonly MetadataRecordDraft[];
  readonly reply: Reply;
}

/** What a decision may look at beside the image. */
export interface Circumstances {
  /** Wall clock ms. */
  readonly now: number;
  readonly random: Random;
  /** Of the controller's own node. */
  readonly config: ResolvedConfig;
  readonly clusterId: string;
  /** Of the first record of this decision. */
  readonly nextOffset: number;
}
