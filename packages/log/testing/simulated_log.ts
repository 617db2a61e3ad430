// A partition's directory on the simulated disk, and a log over it that tests open, crash and open
// again.

import { type Files, seededRandom } from "@odradek/base";
import { SimulatedClock } from "@odradek/base/testing/simulated_clock";
import type { Batch } from "@odradek/protocol/records/batch";
import type { CompactionConfig } from "../compaction/range.ts";
import type { LogConfig, PartitionLog } from "../log.ts";
import { openLog, type OpenRequest } from "../open.ts";
import { inlineJobs } from "./inline_jobs.ts";
import { SimulatedDisk } from "./simulated_disk.ts";

/** Small, so that a few batches fill segments and indexes. */
export const SMALL_LOG: LogConfig = {
  segmentBytes: 2000,
  segmentMs: 3_600_000,
  segmentJitterMs: 0,
  indexBytes: 1024,
  indexIntervalBytes: 200,
  flushMessages: Number.MAX_SAFE_INTEGER,
  flushMs: Number.MAX_SAFE_INTEGER,
  producerIdleMsMax: Number.MAX_SAFE_INTEGER,
  retention: undefined,
  deleteDelayMs: 60_000,
  compaction: undefined,
};

/** As soon as a byte is dirty; tombstones stay for a second. */
export const SMALL_COMPACTION: CompactionConfig = {
  dirtyRatioMin: 0,
  lagMinMs: 0,
  lagMaxMs: Number.MAX_SAFE_INTEGER,
  deleteRetentionMs: 1000,
  mapBytesMax: 1 << 20,
};

export class SimulatedLog {
  readonly directory = "/data/t-0";
  readonly clock = new SimulatedClock();
  readonly disk: SimulatedDisk;
  /** Of the process that runs now. */
  files: Files;

  constructor(seed = 1) {
    this.disk = new SimulatedDisk({ clock: this.clock, random: seededRandom(seed) });
    this.files = this.disk.mount();
  }

  /** Lets simulated time pass until the promise has settled. */
  settle<T>(promise: Promise<T>): Promise<T> {
    return this.clock.runFor(promise);
  }

  /** The directory above the log's is there for good, as a log directory is that was formatted. */
  async format(): Promise<void> {
    await this.settle(this.files.makeDirectory("/data"));
    await this.settle(this.files.syncDirectory("/"));
  }

  open(
    request: Partial<OpenRequest> = {},
    note: (line: string) => void = () => undefined,
  ): Promise<PartitionLog> {
    const { directory, files, clock } = this;
    const defaults = { wasClean: false, recoveryPoint: 0, logStartOffset: 0, config: SMALL_LOG };
    const context = { files, clock, jobs: inlineJobs(files), note };
    return this.settle(openLog({ directory, ...defaults, ...request }, context));
  }

  /** The process dies, or the machine loses power; another one starts. */
  crash({ losesPower = false } = {}): void {
    if (losesPower) this.disk.losePower();
    else this.disk.kill();
    this.files = this.disk.mount();
  }

  /** Appends as a leader does: a new segment first, where one must begin. */
  async append(log: PartitionLog, batches: readonly Batch[]): Promise<void> {
    if (log.mustRoll(batches)) await this.settle(log.roll());
    log.append(batches);
  }

  /** A copy of what a read gives. */
  async read(log: PartitionLog, offset: number, options: Partial<ReadBounds> = {}) {
    const bounds = { upTo: log.endOffset, bytesMax: 1 << 20, minOneBatch: true, ...options };
    const { lease } = await this.settle(Promise.resolve(log.read({ offset, ...bounds })));
    const bytes = lease?.bytes.slice() ?? new Uint8Array(0);
    lease?.release();
    return bytes;
  }

  /** The files of the partition, by name. */
  async contents(): Promise<Map<string, Uint8Array>> {
    const entries = await this.settle(this.files.list(this.directory)) ?? [];
    const contents = new Map<string, Uint8Array>();
    for (const { name } of entries) {
      const bytes = await this.settle(this.files.readWhole(`${this.directory}/${name}`));
      contents.set(name, bytes ?? new Uint8Array(0));
    }
    return contents;
  }

  /** Puts a file into the partition's directory, or replaces one, as somebody else might. */
  async put(name: string, bytes: Uint8Array): Promise<void> {
    await this.settle(this.files.writeWhole(`${this.directory}/${name}`, bytes));
  }

  async remove(name: string): Promise<void> {
    await this.settle(this.files.remove(`${this.directory}/${name}`));
  }
}

interface ReadBounds {
  readonly upTo: number;
  readonly bytesMax: number;
  readonly minOneBatch: boolean;
}
