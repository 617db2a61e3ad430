// A file on disk: written with pwrite, read through mapped windows. What pwrite stored, the mapping
// shows at once: both are the page cache.

import {
  close,
  closeSync,
  ftruncateSync,
  openSync,
  read,
  readSync,
  writeSync,
  writevSync,
} from "node:fs";
import { rename } from "node:fs/promises";
import { promisify } from "node:util";
import { assert, type Clock, type DataFile, Fault, type Lease, sleep } from "@odradek/base";
import { populate } from "../native/mapping.ts";
import { isInMemory } from "../native/page_cache.ts";
import { currentSize } from "../native/size.ts";
import { syncContent, syncContentNow } from "../native/sync.ts";
import type { DescriptorPool, Reopenable } from "./descriptors.ts";
import { onDisk, onDiskAsync } from "./errors.ts";
import {
  type BeforeUnmap,
  Window,
  windowFor,
  type WindowLease,
  type WindowPool,
} from "./windows.ts";

const readAsync = promisify(read);
const closeAsync = promisify(close);

/** How long truncation waits for readers before their connections are destroyed. */
const LEASES_MS_MAX = 1000;
const LEASES_CHECK_MS = 5;

/** What all files of a thread share. */
export interface DiskContext {
  readonly windows: WindowPool;
  readonly descriptors: DescriptorPool;
  readonly beforeUnmap: BeforeUnmap;
  readonly clock: Clock;
  /** Runs fsync and the like, so that they never fill the process's thread pool. */
  readonly bulk: <T>(work: () => Promise<T>) => Promise<T>;
  /** The thread has nothing to do but wait for the disk: that is cheapest. */
  readonly mayWait: boolean;
}

/** Of files that nobody reads. */
const NONE: readonly Window[] = [];

export class DiskFile implements DataFile, Reopenable {
  #path: string;
  readonly #context: DiskContext;
  #size: number;
  /** Opened at the first use: an idle partition holds no descriptor. */
  #fd: number | undefined;
  #windows: readonly Window[] = NONE;
  wasUsed = false;
  /** What waits for the disk with its descriptor. */
  #waiting = 0;

  constructor(path: string, size: number, context: DiskContext) {
    this.#path = path;
    this.#size = size;
    this.#context = context;
  }

  get path(): string {
    return this.#path;
  }

  get size(): number {
    return this.#size;
  }

  get isBusy(): boolean {
    return this.#waiting > 0;
  }

  write(parts: readonly Uint8Array[], position: number): void {
    // Else what was cut off would be zeros, and never be missed.
    this.verify();
    const fd = this.#descriptor();
    try {
      onDisk("write", this.path, () => writeAll(fd, parts, position));
    } catch (error) {
      // The file has exactly the bytes that were taken, also after half a write.
      onDisk("truncate", this.path, () => ftruncateSync(fd, this.#size));
      throw error;
    }
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    this.#size = Math.max(this.#size, position + length);
  }

  view(position: number, length: number): Lease {
    assert(
      position >= 0 && position + length <= this.#size,
      "A view lies within the file",
      {
        path: this.path,
        position,
        length,
        size: this.#size,
      },
    );
    const window = this.#window(position, length);
    if (window === undefined) return this.#copied(position, length);
    return window.lease(position, length);
  }

  verify(): void {
    const size = currentSize(this.#descriptor());
    if (size >= this.#size) return;
    throw new Fault(
      "disk",
      `Cannot use "${this.path}": it has ${size} bytes, ${this.#size} were written; it was cut`,
    );
  }

  isInMemory(position: number, length: number): boolean {
    return isInMemory(this.#descriptor(), position, length);
  }

  async warm(position: number, length: number): Promise<void> {
    const window = this.#window(position, length);
    if (window === undefined || length === 0) return;
    const lease = window.lease(position, length);
    try {
      await populate(window.address + position - window.base, length);
    } catch (error) {
      throw new Fault("disk", `Cannot read "${this.path}"`, { cause: error });
    } finally {
      lease.release();
    }
  }

  async read(position: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(
      Math.max(0, Math.min(length, this.#size - position)),
    );
    const fd = this.#descriptor();
    let at = 0;
    while (at < bytes.length) {
      const length = bytes.length - at;
      const count = this.#context.mayWait
        ? onDisk("read", this.path, () => readSync(fd, bytes, at, length, position + at))
        : (await this.#waitFor(() =>
          onDiskAsync("read", this.path, () => readAsync(fd, bytes, at, length, position + at))
        )).bytesRead;
      if (count === 0) break;
      at += count;
    }
    return bytes.subarray(0, at);
  }

  async sync(): Promise<void> {
    const fd = this.#descriptor();
    if (this.#context.mayWait) onDisk("sync", this.path, () => syncContentNow(fd));
    else {
      const sync = () => onDiskAsync("sync", this.path, () => syncContent(fd));
      await this.#waitFor(() => this.#context.bulk(sync));
    }
  }

  async truncate(size: number): Promise<void> {
    this.#size = Math.min(this.#size, size);
    await this.#awaitLeasesAbove(size);
    for (
      const window of this.#windows.filter((one) => one.base + one.length > size)
    ) {
      this.#context.windows.drop(window);
    }
    onDisk(
      "truncate",
      this.path,
      () => ftruncateSync(this.#descriptor(), size),
    );
    this.#size = size;
  }

  async rename(path: string): Promise<void> {
    // Whoever opens it while it gets its new name would find none, or another.
    this.#descriptor();
    await this.#waitFor(() => onDiskAsync("rename", this.#path, () => rename(this.#path, path)));
    this.#path = path;
  }

  async close(): Promise<void> {
    for (const window of this.#windows) this.#context.windows.drop(window);
    this.#windows = NONE;
    const fd = this.#fd;
    this.#fd = undefined;
    this.#context.descriptors.closed(this);
    if (fd === undefined) return;
    if (this.#context.mayWait) closeSync(fd);
    else await onDiskAsync("close", this.path, () => closeAsync(fd));
  }

  /** Its descriptor, without waiting. Windows stay: they need none. */
  closeNow(): void {
    this.#context.descriptors.closed(this);
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  /** The descriptor is not taken away meanwhile. */
  async #waitFor<T>(work: () => Promise<T>): Promise<T> {
    this.#waiting++;
    try {
      return await work();
    } finally {
      this.#waiting--;
      this.#context.descriptors.trim();
    }
  }

  #descriptor(): number {
    this.wasUsed = true;
    return this.#fd ?? this.#openNow();
  }

  #openNow(): number {
    const fd = onDisk("open", this.path, () => openSync(this.path, "r+"));
    this.#fd = fd;
    this.#context.descriptors.opened(this);
    return fd;
  }

  #window(position: number, length: number): Window | undefined {
    for (const known of this.#windows) {
      if (known.retired || !known.holds(position, length)) continue;
      this.#context.windows.used(known);
      return known;
    }
    const extent = windowFor(position, length);
    if (extent === undefined) return undefined;
    const { beforeUnmap } = this.#context;
    const window = onDisk(
      "map",
      this.path,
      () => new Window(this.#descriptor(), extent, beforeUnmap),
    );
    // Retired ones are kept in mind while they are leased: truncation waits for those leases too.
    const kept = this.#windows.filter((one) => !one.retired || one.leases.size > 0);
    this.#windows = [...kept, window];
    this.#context.windows.add(window);
    return window;
  }

  /** Of bytes that no window holds whole. */
  #copied(position: number, length: number): Lease {
    const bytes = new Uint8Array(length);
    const fd = this.#descriptor();
    let at = 0;
    while (at < length) {
      const n = onDisk(
        "read",
        this.path,
        () => readSync(fd, bytes, at, length - at, position + at),
      );
      if (n === 0) {
        throw new Fault("disk", `Cannot read "${this.path}": it was cut`);
      }
      at += n;
    }
    return { bytes, release: () => undefined };
  }

  async #awaitLeasesAbove(size: number): Promise<void> {
    const above = (): WindowLease[] =>
      this.#windows.flatMap((window) => [...window.leases])
        .filter((lease) => lease.position + lease.bytes.length > size);
    const { clock } = this.#context;
    const deadline = clock.monotonic() + LEASES_MS_MAX;
    while (above().length > 0 && clock.monotonic() < deadline) {
      await sleep(clock, LEASES_CHECK_MS);
    }
    const cause = new Fault(
      "disk",
      `Bytes of "${this.path}" were truncated while they were read`,
    );
    for (const lease of above()) {
      lease.holder?.destroy(cause);
      lease.release();
    }
  }
}

function writeAll(
  fd: number,
  given: readonly Uint8Array[],
  position: number,
): void {
  const parts = joinedWhereAdjacent(given);
  const [first] = parts;
  if (first !== undefined && parts.length === 1) {
    return writePart(fd, first, position);
  }
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const written = writevSync(fd, parts, position);
  if (written === length) return;
  // A short write is rare: the rest goes part by part.
  let at = 0;
  for (const part of parts) {
    const done = Math.max(0, Math.min(part.length, written - at));
    if (done < part.length) {
      writePart(fd, part.subarray(done), position + at + done);
    }
    at += part.length;
  }
}

/** Batches of one fetch lie behind each other in memory, as they will on disk: one part, then. */
function joinedWhereAdjacent(parts: readonly Uint8Array[]): readonly Uint8Array[] {
  if (parts.length === 1) return parts;
  const joined: Uint8Array[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (last !== undefined && last.buffer === part.buffer && endOf(last) === part.byteOffset) {
      const length = last.length + part.length;
      joined[joined.length - 1] = new Uint8Array(last.buffer, last.byteOffset, length);
    } else joined.push(part);
  }
  return joined;
}

function endOf({ byteOffset, byteLength }: Uint8Array): number {
  return byteOffset + byteLength;
}

function writePart(fd: number, part: Uint8Array, position: number): void {
  let at = 0;
  while (at < part.length) {
    at += writeSync(fd, part, at, part.length - at, position + at);
  }
}
