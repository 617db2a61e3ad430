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
  /** Undefined: all promises were kept. */
  readonly failure: Failure | undefined;
}

export interface Failure {
  readonly checker: string;
  readonly message: string;
  /** What led to it. */
  readonly transcript: readonly string[];
}
