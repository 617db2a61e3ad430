// How often something took how long: counts in buckets that grow with the time, eight to each
// doubling, so that what is read from them is off by an eighth at most, of a microsecond as of an
// hour. A bucket is found without a logarithm, and nothing is made.

/** Of times up to 35 minutes; what takes longer is in the last. */
export const DURATION_BUCKETS = 232;

const US_MAX = 2 ** 31 - 1;
/** As a power of two: the parts of each doubling. */
const PARTS_LOG = 3;
const PARTS = 1 << PARTS_LOG;

/** Where a duration is counted. */
export function durationBucket(ms: number): number {
  const us = Math.max(0, Math.min(ms * 1000, US_MAX)) | 0;
  if (us < PARTS) return us;
  const exponent = 31 - Math.clz32(us);
  const part = (us >>> (exponent - PARTS_LOG)) & (PARTS - 1);
  return ((exponent - PARTS_LOG + 1) << PARTS_LOG) | part;
}

/** Durations in the bucket are shorter than this, in ms, and not shorter than that of the last. */
export function bucketEndMs(bucket: number): number {
  if (bucket < PARTS) return (bucket + 1) / 1000;
  const doubling = (bucket >>> PARTS_LOG) - 1;
  return (PARTS + (bucket & (PARTS - 1)) + 1) * 2 ** doubling / 1000;
}

export function countOf(buckets: ArrayLike<number>): number {
  let count = 0;
  for (let i = 0; i < DURATION_BUCKETS; i++) count += buckets[i] ?? 0;
  return count;
}

/** In ms; 0 where nothing was counted. `part`: 0.99 for the 99th percentile. */
export function quantileMs(buckets: ArrayLike<number>, part: number): number {
  const wanted = part * countOf(buckets);
  let below = 0;
  for (let i = 0; i < DURATION_BUCKETS; i++) {
    const count = buckets[i] ?? 0;
    if (count > 0 && below + count >= wanted) {
      const startMs = i === 0 ? 0 : bucketEndMs(i - 1);
      return startMs + (bucketEndMs(i) - startMs) * (wanted - below) / count;
    }
    below += count;
  }
  return 0;
}

/** How many took less than 2^`power` µs; 3 at least. */
export function countBelow(buckets: ArrayLike<number>, power: number): number {
  const end = (power - PARTS_LOG + 1) << PARTS_LOG;
  let count = 0;
  for (let i = 0; i < end; i++) count += buckets[i] ?? 0;
  return count;
}
