// Looks at simulated controllers and brokers from outside: who leads, what is told to be committed,
// whether all images are the same, who is fenced and when.

import { contentLines } from "@odradek/metadata/testing/image_of";
import type { ClusterImage } from "@odradek/metadata";
import { CommittedAgrees } from "../checkers/committed_agrees.ts";
import { FENCED_MS_MAX, FencingPromise } from "../checkers/fencing.ts";
import { OneLeader } from "../checkers/one_leader.ts";
import type { SimulatedNode } from "../node/composition.ts";
import type { Machine } from "../world/machine.ts";
import type { World } from "../world/world.ts";
import type { Coverage } from "./coverage.ts";
import { BROKERS, hostOf, idOf, isController, SESSION_MS } from "./properties.ts";

type Node = Machine<SimulatedNode>;

const COMPARE_MS = 10_000;
/** A controller that has led for so long has taken over, and heard of the brokers. */
const TAKEN_OVER_MS = 3000;

export interface WatchOptions {
  readonly world: World;
  readonly machines: readonly Node[];
  readonly coverage: Coverage;
}

export class ControllersWatch {
  readonly #options: WatchOptions;
  readonly committed: CommittedAgrees;
  readonly #leader: OneLeader;
  readonly #fencing: FencingPromise;
  #epoch = -1;
  #activeSinceMs = 0;
  /** When anything but a broker's connections was last out of order. */
  #troubledAtMs = 0;
  #fenced = new Map<number, boolean>();
  readonly #fencedAtMs = new Map<number, number>();
  readonly #serveSinceMs = new Map<number, number>();

  constructor(options: WatchOptions) {
    this.#options = options;
    this.committed = new CommittedAgrees(options.world);
    this.#leader = new OneLeader(options.world);
    this.#fencing = new FencingPromise(options.world);
    for (const machine of options.machines) {
      const id = idOf(machine.name);
      let before: ClusterImage | undefined;
      machine.watchers.push({
        ending: (how) => {
          before = this.#active()?.image;
          this.#serveSinceMs.delete(id);
          if (!isController(id) && how === "kill") this.#killed(id, before);
          else if (how !== "stop" || isController(id)) this.troubled();
        },
        ready: () => void this.#serveSinceMs.set(id, this.#now),
      });
    }
  }

  get #now(): number {
    return this.#options.world.clock.monotonic();
  }

  /** Something is, or was a moment ago, out of order for the whole cluster. */
  troubled(): void {
    this.#troubledAtMs = this.#now;
  }

  /** After what any node was told. */
  look(): void {
    const { machines, coverage } = this.#options;
    for (const { name, running } of machines) {
      const controller = running?.controller;
      const epoch = controller?.epoch;
      if (controller?.isActive !== true || epoch === undefined) continue;
      if (this.#leader.leads("the quorum", epoch, name)) coverage.count("quorum leaders");
      if (epoch <= this.#epoch) continue;
      this.#epoch = epoch;
      this.#activeSinceMs = this.#now;
    }
    this.#lookAtFences();
  }

  async compareAtIntervals(rest: (ms: number) => Promise<boolean>): Promise<void> {
    while (await rest(COMPARE_MS)) this.compare();
  }

  /** Everybody who is as far has folded the same records into the same image. */
  compare(): void {
    const { world, machines, coverage } = this.#options;
    const known = new Map<number, { readonly name: string; readonly text: string }>();
    for (const { name, running } of machines) {
      if (running === undefined) continue;
      const { image } = running.controller;
      const text = contentLines(image).join("\n");
      const other = known.get(image.endOffset);
      if (other === undefined) known.set(image.endOffset, { name, text });
      else {
        coverage.count("comparisons");
        world.expect(other.text === text, "metadata_image", () =>
          `${other.name} and ${name} have other metadata below ${image.endOffset}`);
      }
    }
  }

  #active(): SimulatedNode["controller"] | undefined {
    return this.#options.machines.map(({ program }) => program?.controller)
      .find((one) => one?.isActive === true && one.epoch === this.#epoch);
  }

  #isCalmFor(ms: number): boolean {
    return this.#now - this.#troubledAtMs > ms && this.#now - this.#activeSinceMs > ms;
  }

  #lookAtFences(): void {
    const image = this.#active()?.image;
    if (image === undefined) return;
    const { coverage } = this.#options;
    for (const { id, isFenced } of image.brokers.values()) {
      const before = this.#fenced.get(id);
      this.#fenced.set(id, isFenced);
      if (before === undefined || before === isFenced) continue;
      coverage.count(isFenced ? "fences" : "unfences");
      if (!isFenced) continue;
      this.#fencedAtMs.set(id, this.#now);
      const since = this.#serveSinceMs.get(id) ?? Infinity;
      const isWell = this.#now - since > 2 * SESSION_MS && this.#isCalmFor(2 * SESSION_MS);
      const isServing = this.#machineOf(id)?.program !== undefined;
      if (isWell && isServing) this.#fencing.well(id);
    }
  }

  #killed(id: number, image: ClusterImage | undefined): void {
    const broker = [...image?.brokers.values() ?? []].find((one) => one.id === id);
    const controller = this.#active();
    const others = BROKERS.filter((one) => one !== id);
    const areWell = others.every((one) => this.#machineOf(one)?.program !== undefined);
    const isAgain = this.#now - (this.#fencedAtMs.get(id) ?? -Infinity) < 2 * SESSION_MS;
    const isMeant = broker !== undefined && !broker.isFenced && areWell && !isAgain &&
      this.#isCalmFor(TAKEN_OVER_MS);
    if (!isMeant || controller === undefined) return;
    const { clock } = this.#options.world;
    const killedAtMs = this.#now;
    clock.schedule(FENCED_MS_MAX, () => {
      if (this.#active() !== controller || this.#troubledAtMs >= killedAtMs) return;
      this.#options.coverage.count("fences timed");
      this.#fencing.gone(controller.image, id, broker.incarnationId);
    });
  }

  #machineOf(id: number): Node | undefined {
    return this.#options.machines.find(({ name }) => name === hostOf(id));
  }
}
