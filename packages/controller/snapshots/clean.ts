// Which snapshots have had their time: from the oldest on, by age and by the size of snapshots and
// log together, but never the newest. With a snapshot goes the part of the log that only it needed:
// what lies below the next one.

export interface CleaningLimits {
  /** Of log and snapshots together. Below zero: no limit. */
  readonly retentionBytes: number;
  /** Below zero: no limit. */
  readonly retentionMs: number;
}

export interface AgedSnapshot {
  readonly endOffset: number;
  readonly sizeBytes: number;
  /** Of the last record in it, wall clock ms. */
  readonly lastTimestamp: number;
}

export interface LogSegment {
  readonly baseOffset: number;
  readonly sizeBytes: number;
}

export interface CleaningTerms {
  readonly limits: CleaningLimits;
  /** Oldest first. */
  readonly segments: readonly LogSegment[];
  /** Wall clock ms. */
  readonly now: number;
}

/** How many go. `snapshots`: oldest first. */
export function expiredSnapshots(
  snapshots: readonly AgedSnapshot[],
  { limits, segments, now }: CleaningTerms,
): number {
  let count = 0;
  while (count < snapshots.length - 1) {
    const [oldest] = snapshots.slice(count) as [AgedSnapshot];
    const isOld = limits.retentionMs >= 0 && now - oldest.lastTimestamp > limits.retentionMs;
    const size = sizeFrom(snapshots.slice(count), segments);
    const isTooMuch = limits.retentionBytes >= 0 && size > limits.retentionBytes;
    if (!isOld && !isTooMuch) break;
    count++;
  }
  return count;
}

/** Bytes of these snapshots, and of what of the log is not below the oldest of them. */
function sizeFrom(snapshots: readonly AgedSnapshot[], segments: readonly LogSegment[]): number {
  const startOffset = snapshots[0]?.endOffset ?? 0;
  const kept = segments.filter((_, i) => (segments[i + 1]?.baseOffset ?? Infinity) > startOffset);
  return [...snapshots, ...kept].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
