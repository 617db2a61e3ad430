// What a partition has once somebody uses it: who waits for it, whose turn it is to write, when to
// sync. Each is made at its first use, for most partitions of a node are idle.

import type { Clock } from "@odradek/base";
import type { PartitionLog } from "@odradek/log";
import type { FsyncPolicy } from "@odradek/metadata/configs/mod";
import { FlushPolicy } from "../flush_policy.ts";
import { Turns } from "../turns.ts";
import { Waiters } from "../waiters.ts";

export interface OnDemandOptions {
  readonly log: PartitionLog;
  /** Of the node; topics can only ask for more. */
  readonly fsync: FsyncPolicy;
  readonly clock: Clock;
}

export class OnDemand {
  readonly log: PartitionLog;
  protected readonly clock: Clock;
  readonly #fsync: FsyncPolicy;
  #waiters: Waiters | undefined;
  #followers: { readonly waiters: Waiters } | undefined;
  #flush: FlushPolicy | undefined;
  #turns: Turns | undefined;

  constructor({ log, fsync, clock }: OnDemandOptions) {
    this.log = log;
    this.clock = clock;
    this.#fsync = fsync;
  }

  /** Of those who wait for what is committed. */
  get waiters(): Waiters {
    return (this.#waiters ??= new Waiters());
  }

  /** Of those who read also what is not committed: woken by each append. */
  get followers(): { readonly waiters: Waiters } {
    return (this.#followers ??= { waiters: new Waiters() });
  }

  protected get flush(): FlushPolicy {
    return (this.#flush ??= new FlushPolicy(this.log, this.#fsync, this.clock));
  }

  protected get turns(): Turns {
    return (this.#turns ??= new Turns());
  }

  protected wake(): void {
    this.#waiters?.wake();
  }

  protected wakeFollowers(): void {
    this.#followers?.waiters.wake();
  }

  protected stopFlushing(): void {
    this.#flush?.stop();
  }
}
