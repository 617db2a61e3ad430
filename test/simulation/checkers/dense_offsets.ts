// Offsets follow each other without gaps and doubles: in the log, and for everybody who reads it
// from somewhere on.

import type { World } from "../world/world.ts";
import type { LogTruth } from "../truth/log_truth.ts";

const NAME = "dense_offsets";

/** One reader of one partition. It may jump where power was lost, or records were deleted. */
export class DenseReader {
  readonly #world: World;
  readonly #truth: LogTruth;
  readonly #powerLosses: () => number;
  #powerLossesSeen: number;
  /** Undefined: it has not read anything, or what it had read may be lost. */
  #next: number | undefined;

  constructor(world: World, truth: LogTruth, powerLosses: () => number) {
    this.#world = world;
    this.#truth = truth;
    this.#powerLosses = powerLosses;
    this.#powerLossesSeen = powerLosses();
  }

  read(offset: number): void {
    const powerLosses = this.#powerLosses();
    if (powerLosses !== this.#powerLossesSeen) this.#next = undefined;
    this.#powerLossesSeen = powerLosses;
    const next = this.#next ?? offset;
    this.#next = offset + 1;
    if (offset === next) return;
    const isSkipped = offset > next && offset <= this.#truth.deletedBelow;
    this.#world.expect(isSkipped, NAME, () =>
      `${this.#truth.name}: after offset ${next - 1} a reader got ${offset}`);
  }
}

/** Of a running node: what it has written is batches that follow each other. */
export function checkLogIsDense(world: World, { log, name }: LogTruth): void {
  log.refresh();
  world.expect(log.problem === undefined, NAME, () =>
    `${name} is dense up to ${log.endOffset} only: ${log.problem}`);
}
