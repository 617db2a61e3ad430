// What was measured: for each row and metric the figures of each broker, one a round. Medians,
// spreads and ratios are made of them, never stored.

export interface Results {
  readonly when: string;
  readonly node: string;
  readonly processors: number;
  readonly rounds: number;
  /** Names of the brokers; ratios are of the first to the last. */
  readonly subjects: readonly string[];
  readonly rows: readonly Row[];
}

export interface Row {
  readonly row: string;
  readonly metric: string;
  /** By broker, in the order of the rounds; null: not measured in that round. */
  readonly figures: Readonly<Record<string, readonly (number | null)[]>>;
}

/** By metric. */
export type Figures = Readonly<Record<string, number>>;

/** A middle figure, with the smallest and the largest beside it. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** Collects figures in the order in which rows first come. */
export class Collected {
  readonly #rows = new Map<string, { row: string; metric: string; figures: Figured }>();

  add(row: string, { subject, round }: { subject: string; round: number }, figures: Figures): void {
    for (const [metric, value] of Object.entries(figures)) {
      const key = `${row}\n${metric}`;
      const one = this.#rows.get(key) ?? { row, metric, figures: {} };
      const values = (one.figures[subject] ??= []);
      while (values.length < round) values.push(null);
      values[round] = value;
      this.#rows.set(key, one);
    }
  }

  get rows(): Row[] {
    return [...this.#rows.values()];
  }
}

type Figured = Record<string, (number | null)[]>;

/** Undefined if there are none. */
export function spreadOf(values: readonly (number | null)[] = []): Spread | undefined {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  const [low, high] = [sorted[0], sorted.at(-1)];
  if (low === undefined || high === undefined) return undefined;
  const middle = sorted.length >>> 1;
  const upper = sorted[middle] as number;
  const median = sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] as number)) / 2;
  return { median, low, high };
}

/** Of two brokers' figures, round by round: what disturbs a round disturbs both. */
export function ratioOf({ figures }: Row, one: string, other: string): Spread | undefined {
  const others = figures[other] ?? [];
  const ratios = (figures[one] ?? []).map((value, round) => {
    const against = others[round] ?? null;
    return value === null || against === null || against === 0 ? null : value / against;
  });
  return spreadOf(ratios);
}

/** How the median of one broker has moved since another run; undefined: that run has no such. */
export function movedSince(before: Results, row: Row, subject: string): number | undefined {
  const known = before.rows.find((one) => one.row === row.row && one.metric === row.metric);
  const old = spreadOf(known?.figures[subject])?.median;
  const now = spreadOf(row.figures[subject])?.median;
  return old === undefined || now === undefined || old === 0 ? undefined : now / old;
}

/** The smallest value that so large a part of all does not exceed. `sorted` is not empty. */
export function percentile(sorted: Float64Array, part: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] as number;
}
