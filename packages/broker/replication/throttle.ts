// Throttled replication (KIP-73): of partitions that their topic names, replicas that are not in
// sync get so many bytes in a second and no more, so that clients keep what they need while a
// replica is made or moved. Those in sync are never held back, but what they get counts.
//
// The rate is that of the last windows of time together (`replication.quota.window.*`), and of the
// node: each reactor has its share.

import type { Clock, NodeId } from "@odradek/base";
import type { ResolvedConfig } from "@odradek/metadata/configs/mod";

export type ThrottledSide = "leader" | "follower";

export interface ThrottleOptions {
  readonly nodeId: NodeId;
  readonly side: ThrottledSide;
  readonly config: () => ResolvedConfig;
  readonly clock: Clock;
  /** Of the node. */
  readonly reactors: number;
}

/** Of a partition, as its topic's configuration says. */
export interface Throttleable {
  readonly partition: number;
  readonly config: {
    readonly leaderThrottledReplicas: readonly string[];
    readonly followerThrottledReplicas: readonly string[];
  };
}

const ALL = "*";
const S = 1000;

export class Throttle {
  readonly #options: ThrottleOptions;
  /** Bytes by window. */
  readonly #windows = new Map<number, number>();

  constructor(options: ThrottleOptions) {
    this.#options = options;
  }

  /** Whether the topic names this broker's replica of the partition. */
  covers({ partition, config }: Throttleable): boolean {
    const { nodeId, side } = this.#options;
    const replicas = side === "leader"
      ? config.leaderThrottledReplicas
      : config.followerThrottledReplicas;
    if (replicas.length === 0) return false;
    return replicas.includes(ALL) || replicas.includes(`${partition}:${nodeId}`);
  }

  /** Whether it is covered, and has to wait. */
  holdsBack(partition: Throttleable): boolean {
    return this.covers(partition) && this.#bytesPerSecond > this.#limit;
  }

  /** So many bytes have been given, or got. */
  moved(partition: Throttleable, bytes: number): void {
    if (bytes === 0 || !this.covers(partition)) return;
    const window = this.#window;
    this.#windows.set(window, (this.#windows.get(window) ?? 0) + bytes);
    this.#forgetOld(window);
  }

  get #limit(): number {
    const { side, config, reactors } = this.#options;
    return config().value(`${side}.replication.throttled.rate`) / reactors;
  }

  get #bytesPerSecond(): number {
    this.#forgetOld(this.#window);
    const bytes = [...this.#windows.values()].reduce((sum, one) => sum + one, 0);
    // Of windows that are over, and at most the present one.
    const windows = Math.max(this.#count - 1, 1);
    return bytes * S / (windows * this.#windowMs);
  }

  #forgetOld(window: number): void {
    for (const old of this.#windows.keys()) {
      if (old <= window - this.#count) this.#windows.delete(old);
    }
  }

  get #window(): number {
    return Math.floor(this.#options.clock.monotonic() / this.#windowMs);
  }

  get #windowMs(): number {
    return this.#options.config().value("replication.quota.window.size.seconds") * S;
  }

  get #count(): number {
    return this.#options.config().value("replication.quota.window.num");
  }
}
