// The world failed: a disk, a socket, bytes that are not what they should be. Its owner handles
// it: the connection closes, the log directory goes offline. Not for refusals of the protocol
// (see `Refusal` in the protocol package) and not for bugs (see assert.ts).

/** What a failure is about, for owners that act on it. */
export type FaultKind =
  /** Bytes that were read do not hold what they must: frames, records, files. */
  | "corrupt"
  /** The file system refused or failed. */
  | "disk"
  /** A disk that has no room left (ENOSPC, EDQUOT). */
  | "disk full"
  /** A connection broke, was refused, or timed out. */
  | "network"
  /** Somebody else holds what was asked for: a port, a lock. */
  | "in use"
  /** A configuration or argument that cannot be worked with. */
  | "configuration";

/**
 * The world failed. The message names the action, the thing in quotes, and the cause after a
 * colon: `Cannot map segment "…": no space left`.
 */
export class Fault extends Error {
  override readonly name: string = "Fault";
  readonly kind: FaultKind;

  constructor(kind: FaultKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** The text of anything that was thrown. */
export function reason(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
