// The mapped windows of one thread's files: at most so many, the least recently used unleased ones
// go first. A window begins at a multiple of 64 MB of its file and reaches a little into the next
// one, so that a batch that begins in it lies in it whole. All are as long as that, however short
// the file still is: address space costs nothing, and a file that grows keeps its window.

import { assert } from "@odradek/base";
import type { Lease, MappedPlace } from "@odradek/base";
import { map, type Mapping, PAGE_BYTES, unmap } from "../native/mapping.ts";

const STRIDE_BYTES = 64 * 1024 * 1024;
const OVERLAP_BYTES = 4 * 1024 * 1024;

/** Other threads that have a view of the window at an address must let it go first. */
export type BeforeUnmap = (address: number) => Promise<void>;

/** Where a window lies in its file. */
export interface WindowPlace {
  readonly base: number;
  readonly length: number;
}

export class Window {
  /** Where it begins in its file. */
  readonly base: number;
  readonly #mapping: Mapping;
  readonly length: number;
  readonly leases = new Set<WindowLease>();
  /** No new leases: unmapped as soon as the last one ends. */
  retired = false;
  /** The pool's count of uses at its last one. */
  lastUse = 0;
  readonly #beforeUnmap: BeforeUnmap;

  constructor(fd: number, place: WindowPlace, beforeUnmap: BeforeUnmap) {
    this.base = place.base;
    this.length = place.length;
    this.#mapping = map(fd, place.base, place.length);
    this.#beforeUnmap = beforeUnmap;
  }

  get address(): number {
    return this.#mapping.address;
  }

  holds(position: number, length: number): boolean {
    return position >= this.base &&
      position + length <= this.base + this.length;
  }

  lease(position: number, length: number): WindowLease {
    const bytes = new Uint8Array(
      this.#mapping.buffer,
      position - this.base,
      length,
    );
    const lease = new WindowLease(this, position, bytes);
    this.leases.add(lease);
    return lease;
  }

  ended(lease: WindowLease): void {
    this.leases.delete(lease);
    if (this.retired && this.leases.size === 0) void this.#unmap();
  }

  /** Unmaps now, or when the last lease has ended. */
  retire(): void {
    if (this.retired) return;
    this.retired = true;
    if (this.leases.size === 0) void this.#unmap();
  }

  async #unmap(): Promise<void> {
    await this.#beforeUnmap(this.address);
    await unmap(this.#mapping);
  }
}

/** Bytes of a window that somebody reads or sends. */
export class WindowLease implements Lease {
  readonly bytes: Uint8Array;
  /** In the file. */
  readonly position: number;
  holder?: { destroy(cause: Error): void };
  #window: Window | undefined;

  constructor(window: Window, position: number, bytes: Uint8Array) {
    this.#window = window;
    this.position = position;
    this.bytes = bytes;
  }

  get place(): MappedPlace {
    const window = this.#window;
    assert(window !== undefined, "A lease has a place until it ends");
    return {
      window: window.address,
      windowLength: window.length,
      start: this.position - window.base,
      length: this.bytes.length,
    };
  }

  release(): void {
    const window = this.#window;
    this.#window = undefined;
    window?.ended(this);
  }
}

/** Where a window for these bytes would begin, and its length; undefined: no window holds them. */
export function windowFor(position: number, length: number): WindowPlace | undefined {
  const base = position - (position % STRIDE_BYTES);
  const window = STRIDE_BYTES + OVERLAP_BYTES;
  return position + length - base > window ? undefined : { base, length: window };
}

/** All windows of one thread. */
export class WindowPool {
  readonly #windows = new Set<Window>();
  readonly #countMax: number;
  #uses = 0;

  constructor(countMax: number) {
    this.#countMax = countMax;
  }

  /** More than it may keep are there for as long as all of them are leased. */
  add(window: Window): void {
    this.#windows.add(window);
    this.used(window);
    while (this.#windows.size > this.#countMax) {
      const oldest = this.#oldestBut(window);
      if (oldest === undefined) return;
      this.drop(oldest);
    }
  }

  /** Cheap, for every read comes here; finding the oldest is not, and rare. */
  used(window: Window): void {
    window.lastUse = ++this.#uses;
  }

  drop(window: Window): void {
    this.#windows.delete(window);
    window.retire();
  }

  /** Of those that nobody reads. The new one is about to be leased. */
  #oldestBut(added: Window): Window | undefined {
    let oldest: Window | undefined;
    for (const window of this.#windows) {
      if (window === added || window.leases.size > 0) continue;
      if (oldest === undefined || window.lastUse < oldest.lastUse) oldest = window;
    }
    return oldest;
  }
}

assert(STRIDE_BYTES % PAGE_BYTES === 0, "Windows begin at a page");
