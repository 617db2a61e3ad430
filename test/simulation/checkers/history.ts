// What clients of a cluster were told: nothing acknowledged is lost, nothing is there twice or in
// another order, what was read stays, committed offsets never go back. The rules, and the table of
// anomalies, are those of `scripts/check_history.ts`: see `test/history/`.

import { type Anomaly, ANOMALIES, type AnomalyKind } from "../../history/anomalies.ts";
import type { HistoryEvent } from "../../history/events.ts";
import { HistoryCheck } from "../../history/history.ts";
import type { World } from "../world/world.ts";

const NAME = "history";

export class History {
  readonly #world: World;
  /** The only kind that counts, when all is over; undefined: each counts at once. */
  readonly #only: AnomalyKind | undefined;
  readonly #check: HistoryCheck;

  constructor(world: World, only?: AnomalyKind) {
    this.#world = world;
    this.#only = only;
    this.#check = new HistoryCheck({ found: (anomaly) => this.#found(anomaly) });
  }

  add(event: HistoryEvent): void {
    this.#check.add(event);
  }

  /** Everything that there is to read has been read. */
  finish(): void {
    const { counts, examples } = this.#check.finish();
    const kind = this.#only;
    const count = kind === undefined ? 0 : counts.get(kind) ?? 0;
    const first = examples.find((one) => one.kind === kind);
    if (kind === undefined || count === 0 || first === undefined) return;
    const what = `${kind} (${ANOMALIES[kind]}), ${count} times`;
    this.#world.fail(NAME, `${what}, for one: ${first.text}`);
  }

  #found({ kind, text }: Anomaly): void {
    if (this.#only === undefined) this.#world.fail(NAME, `${kind}: ${text}`);
  }
}
