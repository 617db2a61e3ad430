// Memory mappings of files, read-only. The only place, with lock.ts beside it, where a pointer is
// handled: everything above sees ArrayBuffers.
//
// 1. A mapping may reach past the end of its file. Touching a byte there is SIGBUS, the death of
//    the process: only bytes below a published end are ever read.
// 2. Bytes of a mapping that is gone are a segmentation fault. So the buffer is detached first:
//    a view that somebody forgot is then empty instead.

import koffi from "koffi";
import { Fault } from "@odradek/base";

const libc = koffi.load(null);
const mmap = libc.func(
  "void *mmap(void *addr, size_t length, int prot, int flags, int fd, long offset)",
);
const munmap = libc.func("int munmap(void *addr, size_t length)");
const madvise = libc.func("int madvise(void *addr, size_t length, int advice)");

const PROT_READ = 1;
const MAP_SHARED = 1;
const MAP_FAILED = 0xffff_ffff_ffff_ffffn;
const MADV_POPULATE_READ = 22;
/** All systems that this runs on map in multiples of this or less. */
export const PAGE_BYTES = 4096;

/** A mapped part of a file. */
export interface Mapping {
  /** Of the first byte; good in every thread of this process. */
  readonly address: number;
  readonly buffer: ArrayBuffer;
}

/** Maps `length` bytes from `offset`, a multiple of the page size. Fault "disk" if it cannot. */
export function map(fd: number, offset: number, length: number): Mapping {
  const pointer: unknown = mmap(
    null,
    length,
    PROT_READ,
    MAP_SHARED,
    fd,
    offset,
  );
  const address = koffi.address(pointer) as bigint;
  if (address === MAP_FAILED) {
    throw new Fault(
      "disk",
      `Cannot map ${length} bytes at ${offset}: errno ${koffi.errno()}`,
    );
  }
  return {
    address: Number(address),
    buffer: bufferAt(Number(address), length),
  };
}

/**
 * An ArrayBuffer over a mapping that another thread of this process made. It must be detached
 * (`transfer()`) before that thread unmaps.
 */
export function bufferAt(address: number, length: number): ArrayBuffer {
  return koffi.view(BigInt(address), length);
}

/** Ends a mapping: off this thread, for unmapping 64 MB takes milliseconds. */
export function unmap({ address, buffer }: Mapping): Promise<void> {
  const { byteLength } = buffer;
  buffer.transfer();
  return call(munmap, [BigInt(address), byteLength], "unmap");
}

/**
 * Reads the bytes from disk into memory, off this thread. EFAULT: the disk failed, or the file was
 * cut.
 */
export function populate(address: number, length: number): Promise<void> {
  const start = address - (address % PAGE_BYTES);
  return call(madvise, [
    BigInt(start),
    length + (address - start),
    MADV_POPULATE_READ,
  ], "populate");
}

interface Asynchronous {
  async(...args: unknown[]): void;
}

function call(
  method: unknown,
  args: readonly unknown[],
  action: string,
): Promise<void> {
  return new Promise((resolve, reject) => {
    (method as Asynchronous).async(
      ...args,
      (error: Error | null, result: number) => {
        if (error === null && result === 0) resolve();
        else {reject(
            new Fault("disk", `Cannot ${action} mapped bytes`, {
              cause: error,
            }),
          );}
      },
    );
  });
}
