// What groups have committed: who asks later is never told less than what was acknowledged before,
// unless it was set back on purpose.

import type { Findings } from "./anomalies.ts";
import type { GroupEvent, PlacedOffset } from "./events.ts";

export class Groups {
  readonly #findings: Findings;
  /** By group, topic and partition. */
  readonly #acknowledged = new Map<string, number>();
  /** By process and op: what was acknowledged when it asked. */
  readonly #asked = new Map<string, ReadonlyMap<string, number>>();

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /** How many acknowledged commits have moved an offset. */
  moves = 0;

  add(event: GroupEvent): void {
    const { type, op, process, group, offsets = [] } = event;
    const key = `${process} ${op}`;
    if (type === "invoke") {
      // Copied as far as it can matter: nobody else's group.
      const own = [...this.#acknowledged].filter(([name]) => name.startsWith(`${group} `));
      this.#asked.set(key, new Map(own));
      return;
    }
    const asked = this.#asked.get(key) ?? this.#acknowledged;
    this.#asked.delete(key);
    if (type !== "ok") return;
    for (const offset of offsets) this.#take(event, offset, asked);
  }

  #take(
    { op, process, group }: GroupEvent,
    [topic, partition, offset]: PlacedOffset,
    asked: ReadonlyMap<string, number>,
  ): void {
    const key = `${group} ${topic}-${partition}`;
    const before = asked.get(key) ?? -1;
    if (op === "reset") {
      this.#acknowledged.set(key, offset);
      return;
    }
    if (offset < before) {
      const what = op === "commit" ? "was acknowledged" : "was told";
      this.#findings.add("commit regression", `group ${group}, ${topic}-${partition}: ${offset} ` +
        `${what} to ${process}, where ${before} had been committed`);
    }
    if (op !== "commit" || offset <= (this.#acknowledged.get(key) ?? -1)) return;
    this.#acknowledged.set(key, offset);
    this.moves++;
  }
}
