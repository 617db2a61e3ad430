// Replication of the partitions of one reactor: it follows what other brokers lead, a fetcher for
// each of them, and keeps the in-sync replicas of what this broker leads.

import { type Address, type Fault, type NodeId, type Timer } from "@odradek/base";
import { type BrokerImage, isActive } from "@odradek/metadata";
import type { Partition } from "../partitions/partition.ts";
import type { PartitionFollower } from "../partitions/partitions.ts";
import type { ReplicaCluster } from "../partitions/replica/replica.ts";
import { Fetcher } from "./fetcher.ts";
import { InSyncChanges, type InSyncChangesOptions } from "./in_sync_changes.ts";
import type { LeaderOptions } from "./leader.ts";
import { Throttle } from "./throttle.ts";

export interface ReplicationOptions extends LeaderOptions, InSyncChangesOptions {
  /** Of this node. */
  readonly reactors: number;
  /** On which brokers speak to each other. */
  readonly listener: string | undefined;
  /** As the newest metadata says. */
  readonly broker: (id: NodeId) => BrokerImage | undefined;
  readonly partitions: () => Iterable<Partition>;
  readonly failed: (partition: Partition, fault: Fault) => void;
  readonly tell: (line: string) => void;
}

export class Replication implements PartitionFollower {
  readonly cluster: ReplicaCluster;
  /** Of what others get here. */
  readonly leaderThrottle: Throttle;
  readonly #followerThrottle: Throttle;
  readonly #options: ReplicationOptions;
  readonly #fetchers = new Map<NodeId, Fetcher>();
  readonly #followed = new Map<Partition, Fetcher>();
  readonly #ending = new Set<Promise<void>>();
  readonly #changes: InSyncChanges;
  #check: Timer | undefined;

  constructor(options: ReplicationOptions) {
    this.#options = options;
    this.#changes = new InSyncChanges(options);
    this.leaderThrottle = new Throttle({ ...options, side: "leader" });
    this.#followerThrottle = new Throttle({ ...options, side: "follower" });
    this.cluster = {
      brokerEpoch: options.brokerEpoch,
      lagMsMax: () => this.#lagMsMax,
      isEligible: (id, epoch) => this.#isEligible(id, epoch),
      rackOf: (id) => options.broker(id)?.rack ?? null,
      inSyncDiffers: (replica) => this.#changes.add(replica),
    };
    this.#planCheck();
  }

  /** A partition was opened, has changed, or is left: its leader may be another one. */
  follow(partition: Partition): void {
    const isFollower = partition.isFollowerIn(partition.leaderEpoch);
    const leader = isFollower ? partition.leaderId as NodeId : undefined;
    const known = this.#followed.get(partition);
    if (known !== undefined && known.leader !== leader) {
      this.#followed.delete(partition);
      known.forget(partition);
      if (known.isIdle) this.#end(known);
    }
    if (leader === undefined) return;
    const fetcher = this.#fetchers.get(leader) ?? this.#begin(leader);
    this.#followed.set(partition, fetcher);
    fetcher.follow(partition);
  }

  /** Resolves when nothing is written to any log any more. */
  async stop(): Promise<void> {
    this.#check?.cancel();
    this.#changes.stop();
    for (const fetcher of [...this.#fetchers.values()]) this.#end(fetcher);
    await Promise.all(this.#ending);
  }

  #begin(leader: NodeId): Fetcher {
    const address = (): Address | undefined => this.#addressOf(leader);
    const fetcher = new Fetcher({
      ...this.#options,
      leader,
      address,
      throttle: this.#followerThrottle,
    });
    this.#fetchers.set(leader, fetcher);
    return fetcher;
  }

  #end(fetcher: Fetcher): void {
    if (this.#fetchers.get(fetcher.leader) === fetcher) this.#fetchers.delete(fetcher.leader);
    const ending = fetcher.stop().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  #addressOf(id: NodeId): Address | undefined {
    const { broker, listener } = this.#options;
    const endpoint = broker(id)?.endpoints.find(({ name }) => name === listener);
    return endpoint === undefined ? undefined : { host: endpoint.host, port: endpoint.port };
  }

  #isEligible(id: NodeId, epoch: number): boolean {
    const found = this.#options.broker(id);
    return found !== undefined && isActive(found) && (epoch < 0 || epoch === found.epoch);
  }

  get #lagMsMax(): number {
    return this.#options.config().value("replica.lag.time.max.ms");
  }

  /** Whoever fetches no more cannot say so. */
  #planCheck(): void {
    const { clock, partitions } = this.#options;
    this.#check = clock.schedule(this.#lagMsMax / 2, () => {
      for (const partition of partitions()) {
        if (partition.hasFollowers) this.#changes.add(partition);
      }
      this.#planCheck();
    });
  }
}
