// What a history can show that must never be, by name; and how often and where it was found.

/** Each is never allowed, but where its user says so. */
export const ANOMALIES = {
  "lost": "acknowledged, and never read, though somebody read what lies behind it",
  "unseen": "acknowledged, and never read; nobody has read so far",
  "duplicate": "one value at two offsets",
  "inconsistent offset": "one offset with two values",
  "reordered": "a later send of one producer at a lower offset",
  "skipped": "a reader passed over what others have read",
  "aborted read": "read, though it was not done, or its transaction was aborted",
  "precommitted read": "read at read_committed before its transaction was to end",
  "commit regression": "the committed offset of a group went back",
  "watermark regression": "the high watermark of one leader went back for one client",
  "beyond high watermark": "read at or above the high watermark that came along with it",
} as const;

export type AnomalyKind = keyof typeof ANOMALIES;

export interface Anomaly {
  readonly kind: AnomalyKind;
  /** Where, and what was found. */
  readonly text: string;
}

/** By kind; of each kind only the first ones are kept as they were. */
export class Findings {
  readonly #examplesMax: number;
  readonly #found: (anomaly: Anomaly) => void;
  readonly counts = new Map<AnomalyKind, number>();
  readonly examples: Anomaly[] = [];

  /** `found`: told of each at once. */
  constructor(examplesMax: number, found: (anomaly: Anomaly) => void = () => undefined) {
    this.#examplesMax = examplesMax;
    this.#found = found;
  }

  add(kind: AnomalyKind, text: string): void {
    const count = (this.counts.get(kind) ?? 0) + 1;
    this.counts.set(kind, count);
    if (count <= this.#examplesMax) this.examples.push({ kind, text });
    this.#found({ kind, text });
  }
}
