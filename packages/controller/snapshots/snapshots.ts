// When a snapshot is taken, and what goes then: follows what is committed, and writes one when
// enough has come since the last, or enough time has passed. It works beside the quorum's own work,
// and nothing waits for it.

import { type Clock, type Files, reason, type Timer } from "@odradek/base";
import type { PartitionLog } from "@odradek/log";
import type { MetadataState } from "@odradek/metadata";
import { readBatches } from "@odradek/protocol/records/batch";
import { readRecords } from "@odradek/protocol/records/record";
import {
  type ControlRecord,
  type ControlRecordDraft,
  decodeControlRecord,
} from "@odradek/protocol/schemas/control/mod";
import { readCheckpointTimestamp } from "../checkpoint_file.ts";
import { type CleaningLimits, expiredSnapshots } from "./clean.ts";
import type { LoadedSnapshot } from "./load.ts";
import { type SnapshotId, storedSnapshots } from "./stored.ts";
import { writeSnapshot } from "./write.ts";

export interface SnapshotLimits extends CleaningLimits {
  /** Bytes of committed batches after which a snapshot is taken. */
  readonly recordBytes: number;
  /** How long something may be committed without being in a snapshot; 0: no limit. */
  readonly intervalMs: number;
}

export interface SnapshotsOptions {
  readonly limits: SnapshotLimits;
  readonly log: PartitionLog;
  readonly files: Files;
  readonly clock: Clock;
  /** What the node has begun with; undefined: an empty image. */
  readonly loaded: LoadedSnapshot | undefined;
  /** With everything that was followed. */
  readonly committed: () => MetadataState;
  /** Told of each that is on disk, and after the log was shortened. */
  readonly taken: (snapshot: SnapshotId) => void;
  readonly warn: (message: string) => void;
}

/** Timers do not reach further. */
const TIMER_MS_MAX = 2 ** 31 - 1;

type QuorumRecord = ControlRecordDraft & { readonly type: "KRAFT_VERSION" | "KRAFT_VOTERS" };

export class Snapshots {
  readonly #options: SnapshotsOptions;
  /** The newest of each kind. */
  readonly #control = new Map<string, QuorumRecord>();
  readonly #stopping = new AbortController();
  /** Since the last snapshot was begun. */
  #bytes = 0;
  #isIntervalOver = false;
  #interval: Timer | undefined;
  #lastTimestamp = 0;
  #writing: Promise<void> | undefined;

  constructor(options: SnapshotsOptions) {
    this.#options = options;
    for (const record of options.loaded?.control ?? []) this.#remember(record);
  }

  /** Committed batches, in order, after the state has followed them. */
  follow(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    for (const batch of readBatches(bytes)) {
      this.#lastTimestamp = batch.maxTimestamp;
      if (!batch.isControl) continue;
      for (const { key, value } of readRecords(batch)) {
        this.#remember(decodeControlRecord({ key: key ?? new Uint8Array(0), value }));
      }
    }
    this.#waitForInterval();
    this.#takeIfDue();
  }

  /** A snapshot of the leader has taken the place of everything that was followed. */
  restored({ control }: LoadedSnapshot): void {
    this.#control.clear();
    for (const record of control) this.#remember(record);
    this.#bytes = 0;
  }

  /** Removes what has had its time while the node was down. */
  async start(): Promise<void> {
    await this.#work(() => this.#clean());
  }

  /** A snapshot that is being written is given up. */
  async stop(): Promise<void> {
    this.#interval?.cancel();
    this.#stopping.abort();
    await this.#writing;
  }

  #remember(record: ControlRecord): void {
    const { type } = record;
    if (type !== "KRAFT_VERSION" && type !== "KRAFT_VOTERS") return;
    this.#control.set(type, record);
  }

  #waitForInterval(): void {
    const { clock, limits } = this.#options;
    if (limits.intervalMs === 0 || this.#interval !== undefined) return;
    this.#interval = clock.schedule(Math.min(limits.intervalMs, TIMER_MS_MAX), () => {
      this.#isIntervalOver = true;
      this.#takeIfDue();
    });
  }

  /** A transaction is not in the image before it ends: it must not be cut in two. */
  #takeIfDue(): void {
    const { limits, committed } = this.#options;
    const isDue = this.#bytes >= limits.recordBytes || this.#isIntervalOver;
    const isBusy = this.#writing !== undefined || this.#stopping.signal.aborted;
    if (!isDue || isBusy || committed().unfinished !== undefined) return;
    this.#bytes = 0;
    this.#isIntervalOver = false;
    this.#interval?.cancel();
    this.#interval = undefined;
    this.#writing = this.#work(async () => {
      const snapshot = await this.#write();
      await this.#clean();
      this.#options.taken(snapshot);
    }).then(() => {
      this.#writing = undefined;
      this.#takeIfDue();
    });
  }

  async #work(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      this.#options.warn(`Cannot take a snapshot of the metadata: ${reason(error)}`);
    }
  }

  async #write(): Promise<SnapshotId> {
    const { files, clock, log: { directory }, committed } = this.#options;
    const { signal } = this.#stopping;
    const control = ["KRAFT_VERSION", "KRAFT_VOTERS"].flatMap((type) => {
      const record = this.#control.get(type);
      return record === undefined ? [] : [record];
    });
    const { image } = committed();
    const draft = { image, control, lastContainedTimestamp: this.#lastTimestamp };
    await writeSnapshot(draft, { files, clock, directory, signal });
    return { endOffset: image.endOffset, epoch: image.epoch };
  }

  /** Snapshots first: what the log loses, the newest of them holds. */
  async #clean(): Promise<void> {
    const { files, clock, log, limits } = this.#options;
    const stored = await storedSnapshots(files, log.directory);
    const aged = await Promise.all(stored.map(async (snapshot) => ({
      ...snapshot,
      lastTimestamp: await readCheckpointTimestamp(files, snapshot.path),
    })));
    const count = expiredSnapshots(aged, { limits, segments: log.segments, now: clock.now() });
    for (const { path } of stored.slice(0, count)) await files.remove(path);
    const oldest = stored[count];
    if (count === 0 || oldest === undefined) return;
    // The rest of a segment stays readable, and its epochs known.
    log.advanceStart(log.segmentOf(oldest.endOffset)?.baseOffset ?? 0);
    log.removeFirst(await log.expired(oldest.endOffset));
  }
}
