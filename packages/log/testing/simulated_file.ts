// A file in the memory of a simulated disk, and what it has to remember so that a loss of power can
// take back what was not synced.

import { type DataFile, Fault, type Files, type Lease } from "@odradek/base";

/** What a write or a truncation replaced: enough to undo it. */
export interface Undo {
  readonly position: number;
  readonly old: Uint8Array;
  readonly oldSize: number;
  /** What was written: a torn write keeps a part of it. */
  readonly written: Uint8Array;
}

export interface FileNode {
  readonly kind: "file";
  content: Uint8Array;
  size: number;
  /** Since the last sync, oldest first. */
  unsynced: Undo[];
  modifiedMs: number;
}

/** The files of one process, as an open file uses them. */
export interface Mounted extends Pick<Files, "rename"> {
  readonly disk: {
    readonly isFull: boolean;
    delay(mounted: Mounted): Promise<void>;
    assertMounted(mounted: Mounted): void;
    now(): number;
  };
}

/** An open file of a process. */
export class SimulatedFile implements DataFile {
  path: string;
  readonly #node: FileNode;
  readonly #files: Mounted;

  constructor(path: string, node: FileNode, files: Mounted) {
    this.path = path;
    this.#node = node;
    this.#files = files;
  }

  get size(): number {
    return this.#node.size;
  }

  write(pieces: readonly Uint8Array[], position: number): void {
    const { disk } = this.#files;
    disk.assertMounted(this.#files);
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    checkRoom(disk, this.path, position + length - this.#node.size);
    const bytes = new Uint8Array(length);
    let at = 0;
    for (const piece of pieces) {
      bytes.set(piece, at);
      at += piece.length;
    }
    write(this.#node, position, bytes);
    this.#node.modifiedMs = disk.now();
  }

  view(position: number, length: number): Lease {
    if (position + length > this.#node.size) {
      throw new Fault("disk", `A view beyond the end of "${this.path}"`);
    }
    const bytes = this.#node.content.subarray(position, position + length);
    return { bytes, release: () => undefined };
  }

  verify(): void {
    // Nobody else has hands on this disk.
  }

  isInMemory(): boolean {
    return false;
  }

  async warm(): Promise<void> {
    await this.#files.disk.delay(this.#files);
  }

  async read(position: number, length: number): Promise<Uint8Array> {
    await this.#files.disk.delay(this.#files);
    return this.#node.content.slice(
      position,
      Math.min(this.#node.size, position + length),
    );
  }

  async sync(): Promise<void> {
    // What is written meanwhile, or covered by another sync that ends sooner, is not for this one.
    const { unsynced } = this.#node;
    const newest = unsynced.at(-1);
    await this.#files.disk.delay(this.#files);
    if (newest !== undefined) unsynced.splice(0, unsynced.indexOf(newest) + 1);
  }

  async truncate(size: number): Promise<void> {
    await this.#files.disk.delay(this.#files);
    const node = this.#node;
    const old = node.content.slice(size, node.size);
    const undo: Undo = {
      position: size,
      old,
      oldSize: node.size,
      written: new Uint8Array(0),
    };
    node.unsynced.push(undo);
    node.size = size;
  }

  async rename(path: string): Promise<void> {
    await this.#files.rename(this.path, path);
    this.path = path;
  }

  async close(): Promise<void> {
    await this.#files.disk.delay(this.#files);
  }
}

/** Fault "disk full" if the file would grow. */
export function checkRoom(disk: { readonly isFull: boolean }, path: string, growth: number): void {
  if (disk.isFull && growth > 0) {
    throw new Fault("disk full", `Cannot write "${path}": no space left`);
  }
}

export function write(file: FileNode, position: number, bytes: Uint8Array): void {
  const old = file.content.slice(
    position,
    Math.min(file.size, position + bytes.length),
  );
  file.unsynced.push({ position, old, oldSize: file.size, written: bytes });
  put(file, position, bytes);
}

export function put(file: FileNode, position: number, bytes: Uint8Array): void {
  const end = position + bytes.length;
  if (end > file.content.length) {
    const grown = new Uint8Array(Math.max(end, file.content.length * 2));
    grown.set(file.content.subarray(0, file.size));
    file.content = grown;
  }
  file.content.set(bytes, position);
  file.size = Math.max(file.size, end);
}
