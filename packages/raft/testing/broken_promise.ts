// What a simulated cluster fails by, if it is not an assertion of the core itself.

/** "promises": of safety, in cluster_promises.ts and quorum_promises.ts; "liveness": at the end. */
export type PromiseKind = "promises" | "liveness";

export class BrokenPromise extends Error {
  readonly kind: PromiseKind;

  constructor(kind: PromiseKind, message: string) {
    super(message);
    this.name = "BrokenPromise";
    this.kind = kind;
  }
}

/** Throws BrokenPromise with the values that show what is wrong. */
export function promised(
  condition: boolean,
  message: string,
  values: Readonly<Record<string, unknown>>,
): asserts condition {
  if (condition) return;
  const shown = Object.entries(values).map(([name, value]) => `${name}=${String(value)}`);
  throw new BrokenPromise("promises", `${message}: ${shown.join(" ")}`);
}
