// Which partition of an internal topic a group or a transactional id belongs to.

/** Java's `String.hashCode`: over UTF-16 code units, in 32 bits. */
export function javaHash(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return hash;
}

/** The smallest int has no positive counterpart: it counts as 0. */
export function coordinatorPartition(id: string, partitions: number): number {
  const hash = javaHash(id);
  return (hash === -2147483648 ? 0 : Math.abs(hash)) % partitions;
}
