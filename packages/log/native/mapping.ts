// Memory mappings of files, read-only. The only place, with lock.ts beside it, where a pointer is
// handled: everything above sees buffers.
//
// 1. A mapping may reach past the end of its file. Touching a byte there is SIGBUS, the death of
//    the process: only bytes below a published end are ever read.
// 2. Bytes of a mapping that is gone are a segmentation fault. So the memory itself stays for as
//    long as a view of it: it is the engine's, and files are mapped over it and taken off again. A
//    view that somebody forgot shows zeros then.
// 3. The engine counts the bytes of buffers that it is handed as if they were its own, and collects
//    all its garbage for every 64 MB of them. It does not count those that are shared; and only
//    those that may grow lie in whole pages.

import koffi from "koffi";
import { Fault } from "@odradek/base";

const libc = koffi.load(null);
const mmap = libc.func(
  "size_t mmap(size_t addr, size_t length, int prot, int flags, int fd, long offset)",
);
const isLinux = process.platform === "linux";
const mremap = isLinux
  ? libc.func(
    "size_t mremap(size_t addr, size_t length, size_t new_length, int flags, size_t new_addr)",
  )
  : undefined;
const madvise = libc.func("int madvise(void *addr, size_t length, int advice)");

const PROT_READ = 1;
const MAP_SHARED = 0x1;
const MAP_PRIVATE = 0x2;
const MAP_FIXED = 0x10;
const MAP_ANONYMOUS = isLinux ? 0x20 : 0x1000;
const MAP_NORESERVE = isLinux ? 0x4000 : 0x40;
const MREMAP_MAYMOVE = 1;
const MREMAP_FIXED = 2;
const MADV_POPULATE_READ = 22;
/** All systems that this runs on map in multiples of this or less. */
export const PAGE_BYTES = 4096;

/** A mapped part of a file. */
export interface Mapping {
  /** Of the first byte; good in every thread of this process. */
  readonly address: number;
  readonly buffer: ArrayBufferLike;
}

/** Maps `length` bytes from `offset`, a multiple of the page size. Fault "disk" if it cannot. */
export function map(fd: number, offset: number, length: number): Mapping {
  const what = `${length} bytes at ${offset}`;
  return mapOver(length, what, (address) =>
    mmap(address, length, PROT_READ, MAP_SHARED | MAP_FIXED, fd, offset));
}

/**
 * What another thread of this process has mapped, once more. It must be unmapped here before it is
 * there: where a system maps nothing twice, this is the same memory.
 */
export function mapAgain(address: number, length: number): Mapping {
  if (mremap === undefined) return { address, buffer: koffi.view(BigInt(address), length) };
  const what = `${length} bytes once more`;
  // Of length 0 the old one stays as it is.
  return mapOver(length, what, (again) =>
    mremap(address, 0, length, MREMAP_MAYMOVE | MREMAP_FIXED, again));
}

/** Ends a mapping: off this thread, for taking 64 MB off takes milliseconds. */
export async function unmap(mapping: Mapping): Promise<void> {
  const { address, buffer } = mapping;
  // The other thread's: it is the one to unmap it.
  if (buffer instanceof ArrayBuffer) return void buffer.transfer();
  // Where the engine's memory is gone, another's may lie.
  ending.add(mapping);
  try {
    const flags = MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS | MAP_NORESERVE;
    await call(mmap, [address, buffer.byteLength, PROT_READ, flags, -1, 0], {
      action: "unmap",
      expected: address,
    });
  } finally {
    ending.delete(mapping);
  }
}

/**
 * Reads the bytes from disk into memory, off this thread. EFAULT: the disk failed, or the file was
 * cut.
 */
export function populate(address: number, length: number): Promise<void> {
  const start = address - (address % PAGE_BYTES);
  return call(madvise, [BigInt(start), length + (address - start), MADV_POPULATE_READ], {
    action: "populate",
    expected: 0,
  });
}

const ending = new Set<Mapping>();

function mapOver(length: number, what: string, place: (address: number) => number): Mapping {
  let buffer: SharedArrayBuffer;
  try {
    buffer = new SharedArrayBuffer(length, { maxByteLength: length });
  } catch (error) {
    throw new Fault("disk", `Cannot map ${what}`, { cause: error });
  }
  const address = Number(koffi.address(buffer));
  if (place(address) !== address) {
    throw new Fault("disk", `Cannot map ${what}: errno ${koffi.errno()}`);
  }
  return { address, buffer };
}

interface Asynchronous {
  async(...args: unknown[]): void;
}

function call(
  method: unknown,
  args: readonly unknown[],
  { action, expected }: { readonly action: string; readonly expected: number },
): Promise<void> {
  return new Promise((resolve, reject) => {
    (method as Asynchronous).async(
      ...args,
      (error: Error | null, result: number) => {
        if (error === null && result === expected) resolve();
        else {reject(
            new Fault("disk", `Cannot ${action} mapped bytes`, {
              cause: error,
            }),
          );}
      },
    );
  });
}
