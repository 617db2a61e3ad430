// What of a file is in memory: Linux tells since 6.5 (cachestat).

import koffi from "koffi";

const libc = koffi.load(null);
const isLinux = process.platform === "linux";
const syscall = libc.func("long syscall(long number, int fd, void *range, void *stat, int flags)");
const pageSize = libc.func("int getpagesize()");

/** The same on every processor. */
const CACHESTAT = 451;
const PAGE_BYTES = pageSize() as number;

// For one call at a time: none of them waits.
const range = new BigUint64Array(2);
/** Pages in memory, and four counts of others. */
const stat = new BigUint64Array(5);

/** Whether all of the bytes, which the file has, are in memory; false if it cannot be told. */
export function isInMemory(fd: number, position: number, length: number): boolean {
  if (!isLinux) return false;
  range[0] = BigInt(position);
  range[1] = BigInt(length);
  if (Number(syscall(CACHESTAT, fd, range, stat, 0)) !== 0) return false;
  const first = Math.floor(position / PAGE_BYTES);
  const pages = Math.ceil((position + length) / PAGE_BYTES) - first;
  return Number(stat[0]) >= pages;
}
