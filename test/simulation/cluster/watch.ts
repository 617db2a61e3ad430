// Looks at the nodes of a simulated cluster from outside, again and again: who leads, how far the
// high watermarks are, what lies on the disks.

import type { NodeId } from "@odradek/base";
import type { Partition } from "@odradek/broker/partitions/partition";
import { HighWatermark } from "../checkers/high_watermark.ts";
import { InSync } from "../checkers/in_sync.ts";
import { OneLeader } from "../checkers/one_leader.ts";
import { type Holding, type ReplicaOnDisk, Replicas } from "../checkers/replicas.ts";
import type { SimulatedNode } from "../node/composition.ts";
import type { DiskLog } from "../truth/disk_log.ts";
import { ReplicaLogs } from "../truth/replica_logs.ts";
import type { StoredBatch } from "../truth/stored.ts";
import type { Machine } from "../world/machine.ts";
import type { World } from "../world/world.ts";
import type { Coverage } from "./coverage.ts";
import { type ControllerOf, MetadataWatch } from "./metadata_watch.ts";
import { idOf } from "./properties.ts";
import type { Placed, Witness } from "./surroundings.ts";
import { TERMS } from "./terms.ts";

/** Between two looks at who leads, at who is in sync, and at all that lies on the disks. */
const LOOK_MS = 100;
const IN_SYNC_MS = 500;
const DISKS_MS = 3000;
/** Disks that must have what is committed. */
const IN_SYNC_MIN = 2;

export interface ClusterWatchOptions {
  readonly world: World;
  readonly machines: readonly Machine<SimulatedNode>[];
  readonly coverage: Coverage;
  /** Every node syncs before it acknowledges. */
  readonly isSynced: boolean;
}

interface Watched {
  readonly machine: Machine<SimulatedNode>;
  readonly logs: ReplicaLogs;
  /** Of the process that runs. */
  program: SimulatedNode | undefined;
  /** Of topics that clients use, by `topic-partition`. */
  replicas: Map<string, Partition>;
  /** Logs that are being cut, as they were before. */
  readonly uncut: Map<string, readonly StoredBatch[]>;
}

export class ClusterWatch implements Witness {
  readonly #world: World;
  readonly #isSynced: boolean;
  readonly #nodes: readonly Watched[];
  readonly #leader: OneLeader;
  readonly #highWatermark: HighWatermark;
  readonly #replicas: Replicas;
  readonly #inSync: InSync;
  readonly #metadata: MetadataWatch;
  #isOver = false;

  constructor({ world, machines, coverage, isSynced }: ClusterWatchOptions) {
    this.#world = world;
    this.#isSynced = isSynced;
    this.#leader = new OneLeader(world);
    this.#highWatermark = new HighWatermark(world);
    this.#replicas = new Replicas(world);
    this.#inSync = new InSync(world);
    const checkers = { leader: this.#leader, inSync: this.#inSync };
    this.#metadata = new MetadataWatch({ world, coverage, ...checkers });
    const now = (): number => world.clock.monotonic();
    const reread = (log: DiskLog): void => this.#replicas.forget(log);
    this.#nodes = machines.map((machine) => {
      const logs = new ReplicaLogs(machine, { now, reread });
      const none = { program: undefined, replicas: new Map(), uncut: new Map() };
      const node: Watched = { machine, logs, ...none };
      machine.watchers.push({
        // What it has committed last counts, too.
        ending: () => this.#lookAtReplicas(node),
        operation: (operation, path) => {
          const [, name] = LOG_FILE.exec(path) ?? [];
          if (name === undefined) return;
          if (operation === "truncate") coverage.count("logs cut back");
          if (!TERMS.isUncleanAllowed) this.#lookAtCut(node, name, operation);
        },
      });
      return node;
    });
  }

  #lookAtCut(node: Watched, name: string, operation: string): void {
    const { logs, machine: { name: machine } } = node;
    if (operation === "truncate") node.uncut.set(name, [...logs.log(name).batches]);
    const batches = node.uncut.get(name);
    if (operation !== "truncated" || batches === undefined) return;
    node.uncut.delete(name);
    const before = { node: machine, log: logs.reread(name), batches };
    const others = this.#onDisks((all) => all.log(name)).filter((one) => one.node !== machine);
    const committedEnd = this.#highWatermark.highest(name);
    this.#replicas.checkCut(name, { before, committedEnd }, others);
  }

  begin(): void {
    this.#repeat(LOOK_MS, () => this.#look());
    if (TERMS.isUncleanAllowed) return;
    this.#repeat(IN_SYNC_MS, () => this.#lookAtInSync());
    this.#repeat(DISKS_MS, () => this.#lookAtDisks());
  }

  end(): void {
    this.#isOver = true;
  }

  #repeat(ms: number, look: () => void): void {
    this.#world.clock.schedule(ms, () => {
      if (this.#isOver || this.#world.violation !== undefined) return;
      look();
      this.#repeat(ms, look);
    });
  }

  acknowledged({ topic, partition, offset }: Placed, value: string): void {
    if (TERMS.acks !== -1) return;
    const name = `${topic}-${partition}`;
    this.#lookIfNew(name, offset);
    this.#highWatermark.checkCommitted(name, offset, `${value} was acknowledged`);
    this.#checkHeld({
      name,
      offset,
      value,
      what: `${value} was acknowledged`,
      mustBeDurable: this.#isSynced,
    });
  }

  shown({ topic, partition, offset }: Placed, value: string): void {
    if (TERMS.isUncleanAllowed) return;
    const name = `${topic}-${partition}`;
    this.#lookIfNew(name, offset);
    this.#highWatermark.checkCommitted(name, offset, `A consumer was shown ${value}`);
  }

  /** Everything below is committed, as far as was seen. */
  committedEnd(topic: string, partition: number): number {
    return this.#highWatermark.highest(`${topic}-${partition}`);
  }

  /** When nothing changes any more: all replicas are the same, from beginning to end. */
  checkEqual(name: string): void {
    const replicas = this.#onDisks((logs) => logs.reread(name));
    const end = Math.max(...replicas.map(({ log }) => log.endOffset));
    for (const replica of replicas) this.#replicas.check(name, replica, end);
  }

  #checkHeld(record: Holding): void {
    const roughly = this.#onDisks((logs) => logs.roughly(record.name));
    if (this.#replicas.holdersOf(record, roughly).length >= IN_SYNC_MIN) return;
    const replicas = this.#onDisks((logs) => logs.reread(record.name));
    this.#replicas.checkHeld(record, replicas, IN_SYNC_MIN);
  }

  #onDisks(find: (logs: ReplicaLogs) => DiskLog): ReplicaOnDisk[] {
    return this.#nodes.map(({ machine, logs }) => ({ node: machine.name, log: find(logs) }));
  }

  #look(): void {
    for (const node of this.#nodes) this.#lookAtReplicas(node);
    this.#metadata.look(this.#controllers);
  }

  get #controllers(): ControllerOf[] {
    return this.#nodes.flatMap(({ machine: { name: node, running } }) =>
      running === undefined ? [] : [{ node, controller: running.controller }]
    );
  }

  /** What the high watermarks were a moment ago is enough, mostly. */
  #lookIfNew(name: string, offset: number): void {
    if (offset < this.#highWatermark.highest(name)) return;
    for (const node of this.#nodes) this.#lookAtReplicas(node);
  }

  #lookAtReplicas(node: Watched): void {
    node.program = node.machine.running;
    node.replicas = new Map();
    for (const partition of node.program?.partitions() ?? []) {
      const name = `${partition.topic}-${partition.partition}`;
      node.replicas.set(name, partition);
      this.#lookAtReplica(node.machine.name, name, partition);
    }
  }

  #lookAtReplica(node: string, name: string, partition: Partition): void {
    const { isLeader, leaderEpoch, highWatermark } = partition;
    if (isLeader) this.#leader.leads(name, leaderEpoch, node);
    if (TERMS.isUncleanAllowed) return;
    const before = this.#highWatermark.highest(name);
    this.#highWatermark.seen(partition, highWatermark, { name, node });
    if (highWatermark <= before || !isUsed(name)) return;
    const offset = highWatermark - 1;
    this.#checkHeld({ name, offset, what: `${node} has committed everything up to this` });
  }

  #lookAtDisks(): void {
    for (const { machine, logs, replicas } of this.#nodes) {
      if (machine.running === undefined) continue;
      for (const [name, { highWatermark }] of replicas) {
        if (!isUsed(name)) continue;
        this.#replicas.check(name, { node: machine.name, log: logs.log(name) }, highWatermark);
      }
    }
  }

  /** Of brokers that serve: those that do not are about to be told that they are not in sync. */
  #lookAtInSync(): void {
    const image = this.#metadata.settled(this.#controllers);
    for (const { name: topic, partitions } of image?.topics.values() ?? []) {
      for (const { partition, isr } of partitions) {
        const name = `${topic}-${partition}`;
        if (isUsed(name)) this.#lookAtInSyncOf(name, isr);
      }
    }
  }

  #lookAtInSyncOf(name: string, isr: readonly NodeId[]): void {
    const committedEnd = this.#highWatermark.highest(name);
    for (const { machine, logs } of this.#nodes) {
      const isMeant = machine.program !== undefined && isr.includes(idOf(machine.name) as NodeId);
      if (!isMeant || logs.roughly(name).endOffset >= committedEnd) continue;
      const replica = { node: machine.name, log: logs.reread(name) };
      this.#inSync.check(name, replica, committedEnd);
    }
  }
}

const LOG_FILE = /(topic-\d+-\d+)\/\d+\.log$/;

/** By clients: not one of the brokers' own. */
function isUsed(name: string): boolean {
  return name.startsWith("topic-");
}
