// The hash by which all Kafka clients spread keys over partitions (Austin Appleby's MurmurHash2, 32
// bits, with Kafka's seed). Not for anything else.

const SEED = 0x9747b28c;
const M = 0x5bd1e995;

/** As a signed 32-bit integer. */
export function murmur2(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tail = bytes.length & 3;
  const end = bytes.length - tail;
  let hash = SEED ^ bytes.length;
  for (let at = 0; at < end; at += 4) {
    let word = Math.imul(view.getInt32(at, true), M);
    word = Math.imul(word ^ (word >>> 24), M);
    hash = Math.imul(hash, M) ^ word;
  }
  if (tail > 0) {
    for (let i = tail - 1; i >= 0; i--) hash ^= (bytes[end + i] as number) << (8 * i);
    hash = Math.imul(hash, M);
  }
  hash = Math.imul(hash ^ (hash >>> 13), M);
  return hash ^ (hash >>> 15);
}
