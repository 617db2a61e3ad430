// Looks at what the active controllers of a simulated cluster have: one in each epoch, and an image
// that tells who leads and who is in sync. Counts what has changed since.

import type { NodeId } from "@odradek/base";
import type { Controller } from "@odradek/controller/controller";
import type { ClusterImage, PartitionImage } from "@odradek/metadata";
import { InSync } from "../checkers/in_sync.ts";
import { OneLeader } from "../checkers/one_leader.ts";
import type { World } from "../world/world.ts";
import type { Coverage } from "./coverage.ts";

/** After which what a controller has cannot be behind what those before it have said. */
const SETTLED_MS = 3000;

export interface ControllerOf {
  readonly node: string;
  readonly controller: Controller;
}

export class MetadataWatch {
  readonly #world: World;
  readonly #coverage: Coverage;
  readonly #leader: OneLeader;
  readonly #inSync: InSync;
  #image: ClusterImage | undefined;
  #epoch = -1;
  #activeSinceMs = 0;

  constructor({ world, coverage, leader, inSync }: {
    readonly world: World;
    readonly coverage: Coverage;
    readonly leader: OneLeader;
    readonly inSync: InSync;
  }) {
    this.#world = world;
    this.#coverage = coverage;
    this.#leader = leader;
    this.#inSync = inSync;
  }

  look(controllers: readonly ControllerOf[]): void {
    for (const { node, controller } of controllers) {
      const { epoch, image } = controller;
      if (!controller.isActive || epoch === undefined) continue;
      if (this.#leader.leads("the quorum", epoch, node)) this.#coverage.count("quorum leaders");
      // Another one, that does not know yet that it leads no more, is behind.
      if (epoch < this.#epoch) continue;
      if (epoch > this.#epoch) {
        this.#epoch = epoch;
        this.#activeSinceMs = this.#world.clock.monotonic();
      }
      this.#changed(image);
    }
  }

  /** What is agreed on now, if a controller is at hand that has been active for long enough. */
  settled(controllers: readonly ControllerOf[]): ClusterImage | undefined {
    const now = this.#world.clock.monotonic();
    if (now < this.#activeSinceMs + SETTLED_MS) return undefined;
    const active = controllers.find(({ controller: { isActive, epoch } }) =>
      isActive && epoch === this.#epoch
    );
    return active?.controller.image;
  }

  #changed(image: ClusterImage): void {
    const before = this.#image;
    if (image === before || image.endOffset < (before?.endOffset ?? 0)) return;
    this.#image = image;
    if (before === undefined) return;
    this.#inSync.checkRestarts(before, image);
    for (const { id, partitions } of image.topics.values()) {
      const known = before.topics.get(id)?.partitions;
      if (known === undefined || known === partitions) continue;
      for (const now of partitions) {
        const then = known[now.partition];
        if (then !== undefined && then !== now) this.#count(then, now);
      }
    }
  }

  #count(before: PartitionImage, now: PartitionImage): void {
    const lacks = (some: readonly NodeId[], others: readonly NodeId[]): boolean =>
      some.some((id) => !others.includes(id));
    if (now.leader !== before.leader && now.leader >= 0) this.#coverage.count("leader changes");
    if (lacks(before.isr, now.isr)) this.#coverage.count("ISR shrinks");
    if (lacks(now.isr, before.isr)) this.#coverage.count("ISR expands");
  }
}
