// CRC-32C (Castagnoli), as record batches and producer snapshots carry it.

import { crc32c as nativeCrc32c } from "@node-rs/crc32";

/** Unsigned. The digits 123456789 give e3069283. */
export function crc32c(bytes: Uint8Array): number {
  return nativeCrc32c(bytes) >>> 0;
}
