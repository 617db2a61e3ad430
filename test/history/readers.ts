// Who has read how far in one partition: what a reader passed over, it will not read any more.

import type { Findings } from "./anomalies.ts";
import { type FetchEvent, type Place, placeText } from "./events.ts";
import { type Range, Ranges } from "./ranges.ts";

interface Told {
  readonly leaderEpoch: number;
  readonly highWatermark: number;
}

/** Passed over, and by whom first. */
export interface Gap extends Range {
  readonly reader: string;
}

export class Readers {
  readonly #findings: Findings;
  readonly #place: Place;
  /** By process: where it goes on. */
  readonly #next = new Map<string, number>();
  /** By group: what its members have passed. */
  readonly #groups = new Map<string, Ranges>();
  /** By where they begin. */
  readonly #gaps = new Map<number, Gap>();
  readonly #told = new Map<string, Told>();

  constructor(place: Place, findings: Findings) {
    this.#place = place;
    this.#findings = findings;
  }

  read(event: FetchEvent): void {
    const { process, group, records } = event;
    this.#checkWatermark(event);
    const first = records[0]?.[0];
    const from = event.from ?? this.#next.get(process) ?? first;
    if (from === undefined) return;
    let next = from;
    for (const [offset] of records) {
      // Whoever goes back reads again: nothing is passed over by that.
      if (offset > next) this.#passedOver({ from: next, to: offset, reader: process });
      next = offset + 1;
    }
    this.#next.set(process, next);
    if (group === undefined) return;
    const ranges = this.#groups.get(group) ?? new Ranges();
    this.#groups.set(group, ranges);
    ranges.add({ from, to: next });
  }

  /** Everything that somebody has passed over. */
  gaps(): Gap[] {
    const left = [...this.#groups].flatMap(([group, ranges]) =>
      ranges.holes.map((hole) => ({ ...hole, reader: `group ${group}` }))
    );
    return [...this.#gaps.values(), ...left];
  }

  #passedOver(gap: Gap): void {
    const known = this.#gaps.get(gap.from);
    if (known === undefined || known.to < gap.to) this.#gaps.set(gap.from, gap);
  }

  #checkWatermark({ process, records, highWatermark, leaderEpoch = -1 }: FetchEvent): void {
    if (highWatermark === undefined) return;
    const where = placeText(this.#place);
    const beyond = records.find(([offset]) => offset >= highWatermark);
    if (beyond !== undefined) {
      const what = `${process} read ${beyond[1]} at ${where} ${beyond[0]}`;
      this.#findings.add("beyond high watermark", `${what}, with high watermark ${highWatermark}`);
    }
    const before = this.#told.get(process);
    this.#told.set(process, { leaderEpoch, highWatermark });
    if (before?.leaderEpoch !== leaderEpoch || before.highWatermark <= highWatermark) return;
    const how = `went from ${before.highWatermark} back to ${highWatermark}`;
    this.#findings.add("watermark regression", `${where}: for ${process}, epoch ${leaderEpoch}, ` +
      `the high watermark ${how}`);
  }
}
