// What one seed has come to.

export interface Outcome {
  readonly seed: number;
  readonly simulatedMs: number;
  readonly faults: number;
  /** Operations. */
  readonly acknowledged: number;
  /** Records. */
  readonly read: number;
  /** Processes of the machines under test. */
  readonly starts: number;
  readonly powerLosses: number;
  /** How often what has happened, by name; absent: not counted. */
  readonly coverage?: Readonly<Record<string, number>>;
  /** Undefined: all promises were kept. */
  readonly failure: Failure | undefined;
}

export interface Failure {
  /**
   * Its file in `checkers/`; "no_bugs", "amount" and "process" have none. Of a quorum: "promises",
   * "liveness", or "invariants" of the core itself.
   */
  readonly checker: string;
  readonly message: string;
}

/** A process that has died or hangs tells nothing of its seed. */
export function outcomeOfNone(seed: number, message: string): Outcome {
  const none = { simulatedMs: 0, faults: 0, acknowledged: 0, read: 0, starts: 0, powerLosses: 0 };
  return { seed, ...none, failure: { checker: "process", message } };
}
