// What the two sides of a stored record hold.

/** A record as it lies in a log, without what its batch says about it. */
export interface KeyValue {
  readonly key: Uint8Array;
  /** null: a tombstone. */
  readonly value: Uint8Array | null;
}
