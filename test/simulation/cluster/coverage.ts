// What has happened to a simulated cluster, counted by name: a checker that has seen nothing happen
// has shown nothing.

export const COVERED = [
  "kills",
  "power losses",
  "stops",
  "pauses",
  "severed ways",
  "nodes cut off",
  "connections cut",
  "slow disks",
  "clock jumps",
  "quorum leaders",
  "leader changes",
  "preferred elections",
  "ISR shrinks",
  "ISR expands",
  "logs cut back",
  "sends of unknown fate",
  "follower reads",
  "rebalances",
  "members lost",
  "commits",
] as const;

export type Covered = typeof COVERED[number];

export class Coverage {
  readonly #counts = new Map<Covered, number>(COVERED.map((what) => [what, 0]));

  count(what: Covered, by = 1): void {
    this.#counts.set(what, this.of(what) + by);
  }

  of(what: Covered): number {
    return this.#counts.get(what) ?? 0;
  }

  get all(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }
}
