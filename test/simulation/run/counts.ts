// What has happened, counted by name; the names are known from the beginning, so that what has
// never happened is seen as well.

export class Counts<Name extends string> {
  readonly #counts: Map<Name, number>;

  constructor(names: readonly Name[]) {
    this.#counts = new Map(names.map((what) => [what, 0]));
  }

  count(what: Name, by = 1): void {
    this.#counts.set(what, this.of(what) + by);
  }

  of(what: Name): number {
    return this.#counts.get(what) ?? 0;
  }

  get all(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }
}
