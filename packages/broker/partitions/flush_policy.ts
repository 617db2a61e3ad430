// When what was appended is synced. Kafka leaves it to the page cache, for replication is what
// keeps records; a topic, or the node, can ask for more.
//
// | asked for by               | the append is answered                            |
// |----------------------------|---------------------------------------------------|
// | nobody                     | at once                                           |
// | `flush.messages` = n       | after a sync, if n records are not synced         |
// | `flush.ms`                 | at once; a sync follows within that time          |
// | `odradek.fsync=always`     | after a sync                                      |
// | `odradek.fsync=group:<ms>` | after a sync that all appends of so many ms share |

import { type Clock, sleep, type Timer } from "@odradek/base";
import type { PartitionLog } from "@odradek/log";
import type { FsyncPolicy } from "@odradek/metadata/configs/mod";

export class FlushPolicy {
  readonly #log: PartitionLog;
  readonly #fsync: FsyncPolicy;
  readonly #clock: Clock;
  #timer: Timer | undefined;
  #group: Promise<void> | undefined;

  constructor(log: PartitionLog, fsync: FsyncPolicy, clock: Clock) {
    this.#log = log;
    this.#fsync = fsync;
    this.#clock = clock;
  }

  /** What the answer to an append up to `endOffset` has to wait for, if anything. */
  after(endOffset: number): Promise<void> | undefined {
    if (this.#log.recoveryPoint >= endOffset) return undefined;
    if (this.#fsync.kind === "always" || this.#log.isFlushDue) return this.#log.flush();
    if (this.#fsync.kind === "group") return this.#flushTogether(this.#fsync.ms);
    this.#flushLater();
    return undefined;
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #flushTogether(ms: number): Promise<void> {
    this.#group ??= sleep(this.#clock, ms).then(() => {
      this.#group = undefined;
      return this.#log.flush();
    });
    return this.#group;
  }

  #flushLater(): void {
    const { flushMs } = this.#log.config;
    if (flushMs >= NEVER_MS || this.#timer !== undefined) return;
    this.#timer = this.#clock.schedule(flushMs, () => {
      this.#timer = undefined;
      // The log keeps the failure: the next append tells it to somebody.
      this.#log.flush().catch((error: unknown) => error);
    });
  }
}

/** Timers do not reach further. */
const NEVER_MS = 2 ** 31 - 1;
