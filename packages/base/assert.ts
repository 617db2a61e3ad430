// Invariants, always on. A failed one is a bug of ours: after mutation has begun the process
// stops with the state printed (architecture, "Errors: three kinds").

/** An invariant of this program does not hold. Never thrown for bad input or a failed disk. */
export class Bug extends Error {
  override readonly name = "Bug";
}

/** Throws {@link Bug} unless `condition` holds. `state` is printed with it. */
export function assert(
  condition: boolean,
  message: string,
  state?: Readonly<Record<string, unknown>>,
): asserts condition {
  if (!condition) {
    throw new Bug(state === undefined ? message : `${message}: ${show(state)}`);
  }
}

/** For the branch of a union that cannot be reached. */
export function unreachable(value: never): never {
  throw new Bug(`Unreachable case: ${String(value)}`);
}

function show(state: Readonly<Record<string, unknown>>): string {
  return Object.entries(state).map(([key, value]) => `${key}=${String(value)}`)
    .join(" ");
}
