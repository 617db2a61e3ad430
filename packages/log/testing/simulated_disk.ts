// A disk in memory whose machine can lose power: the simulated driver of the port `Files`. What was
// not synced may be lost, in part or in whole; a last write may be torn; names may go back to what
// they were. It can be full, and slow.

import { type Clock, Fault, type Random, sleep } from "@odradek/base";
import type { DataFile, DirectoryEntry, DiskSpace, FileLock, Files } from "@odradek/base";
import {
  checkRoom,
  type FileNode,
  type Mounted,
  put,
  SimulatedFile,
  type Undo,
  write,
} from "./simulated_file.ts";

/** More than a test can fill. */
const VOLUME_BYTES = 2 ** 40;

interface FolderNode {
  readonly kind: "directory";
  entries: Map<string, Node>;
  /** As of the last sync of the directory. */
  synced: Map<string, Node>;
  syncsBegun: number;
  /** The latest of those that have ended. */
  syncsEnded: number;
}

type Node = FileNode | FolderNode;

export interface SimulatedDiskOptions {
  readonly clock: Clock;
  readonly random: Random;
}

export class SimulatedDisk {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #root: FolderNode = folder();
  readonly #locks = new Map<string, MountedFiles>();
  #mounted: MountedFiles | undefined;
  /** Writes that would make a file grow fail. */
  isFull = false;
  /** Of every operation but write and view. */
  latencyMsMax = 1;

  constructor({ clock, random }: SimulatedDiskOptions) {
    this.#clock = clock;
    this.#random = random;
  }

  /** The disk as a process sees it. A later mount ends the one before: that process is dead. */
  mount(): Files {
    this.#unmount();
    const mounted = new MountedFiles(this);
    this.#mounted = mounted;
    return mounted;
  }

  /** The process dies, the machine does not: nothing is lost. */
  kill(): void {
    this.#unmount();
  }

  /** Power is lost: of what was not synced, only some is there afterwards. */
  losePower(): void {
    this.#unmount();
    this.#lose(this.#root);
  }

  /** Bytes of a file that no loss of power takes away; 0 if there is no file. */
  syncedBytes(path: string): number {
    const node = this.find(path);
    if (node?.kind !== "file") return 0;
    return node.unsynced.reduce(
      (least, undo) => Math.min(least, undo.position),
      node.size,
    );
  }

  // What the mounted files use.

  async delay(mounted: Mounted): Promise<void> {
    const micros = this.#random.below(
      Math.max(1, Math.floor(this.latencyMsMax * 1000)),
    );
    await sleep(this.#clock, micros / 1000);
    // A process that has ended gets no answers.
    if (mounted !== this.#mounted) await new Promise<never>(() => undefined);
  }

  assertMounted(mounted: Mounted): void {
    if (mounted !== this.#mounted) {
      throw new Fault("disk", "Cannot use the files of a dead process");
    }
  }

  now(): number {
    return this.#clock.now();
  }

  get locks(): Map<string, MountedFiles> {
    return this.#locks;
  }

  find(path: string): Node | undefined {
    let node: Node | undefined = this.#root;
    for (const name of parts(path)) {
      if (node?.kind !== "directory") return undefined;
      node = node.entries.get(name);
    }
    return node;
  }

  parent(path: string): FolderNode {
    const node = this.find(parts(path).slice(0, -1).join("/"));
    if (node?.kind === "directory") return node;
    throw new Fault("disk", `Cannot use "${path}": no such directory`);
  }

  makeDirectory(path: string): void {
    let node: FolderNode = this.#root;
    for (const name of parts(path)) {
      const next: Node = node.entries.get(name) ?? folder();
      if (next.kind !== "directory") {
        throw new Fault("disk", `Cannot make "${path}": a file`);
      }
      node.entries.set(name, next);
      node = next;
    }
  }

  #unmount(): void {
    this.#mounted = undefined;
    this.#locks.clear();
  }

  #lose(node: Node): void {
    if (node.kind === "file") return this.#loseWrites(node);
    node.entries = this.#surviving(node);
    node.synced = new Map(node.entries);
    for (const child of node.entries.values()) this.#lose(child);
  }

  /** Each name that was made, replaced or removed since the last sync, is so or as before. */
  #surviving({ entries, synced }: FolderNode): Map<string, Node> {
    const survivors = new Map<string, Node>();
    for (const name of new Set([...synced.keys(), ...entries.keys()])) {
      const [before, after] = [synced.get(name), entries.get(name)];
      const node = before === after || this.#random.below(2) === 0 ? after : before;
      if (node !== undefined) survivors.set(name, node);
    }
    return survivors;
  }

  #loseWrites(file: FileNode): void {
    const kept = this.#random.below(file.unsynced.length + 1);
    const lost = file.unsynced.slice(kept);
    for (const undo of lost.toReversed()) {
      file.content.set(undo.old, undo.position);
      file.size = undo.oldSize;
    }
    const [torn] = lost;
    if (torn !== undefined && this.#random.below(2) === 0) this.#tear(file, torn);
    file.unsynced = [];
  }

  /** A part of the write is there; and the file may have its new size all the same. */
  #tear(file: FileNode, { position, written }: Undo): void {
    const length = this.#random.below(written.length);
    if (length > 0) put(file, position, written.subarray(0, length));
    const zeros = position + written.length - file.size;
    if (zeros > 0 && this.#random.below(2) === 0) put(file, file.size, new Uint8Array(zeros));
  }
}

/** The files of one process. */
class MountedFiles implements Files {
  readonly disk: SimulatedDisk;

  constructor(disk: SimulatedDisk) {
    this.disk = disk;
  }

  async open(path: string, { create = false } = {}): Promise<DataFile> {
    await this.disk.delay(this);
    const known = this.disk.find(path);
    if (known?.kind === "file") return new SimulatedFile(path, known, this);
    if (known !== undefined || !create) {
      throw new Fault("disk", `Cannot open "${path}": no file`);
    }
    return new SimulatedFile(path, this.#create(path), this);
  }

  known(path: string): DataFile {
    const node = this.disk.find(path);
    if (node?.kind === "file") return new SimulatedFile(path, node, this);
    throw new Fault("disk", `Cannot open "${path}": no file`);
  }

  async readWhole(path: string): Promise<Uint8Array | undefined> {
    await this.disk.delay(this);
    const node = this.disk.find(path);
    return node?.kind === "file" ? node.content.slice(0, node.size) : undefined;
  }

  async writeWhole(path: string, content: Uint8Array): Promise<void> {
    await this.disk.delay(this);
    const file = this.#create(path);
    checkRoom(this.disk, path, content.length);
    write(file, 0, content);
    file.modifiedMs = this.disk.now();
    await this.disk.delay(this);
    file.unsynced = [];
  }

  async space(): Promise<DiskSpace> {
    await this.disk.delay(this);
    return { totalBytes: VOLUME_BYTES, usableBytes: this.disk.isFull ? 0 : VOLUME_BYTES };
  }

  async list(path: string): Promise<DirectoryEntry[] | undefined> {
    await this.disk.delay(this);
    const node = this.disk.find(path);
    if (node?.kind !== "directory") return undefined;
    return [...node.entries].sort(([a], [b]) => (a < b ? -1 : 1)).map((
      [name, child],
    ) =>
      child.kind === "file"
        ? { name, kind: "file", size: child.size, modifiedMs: child.modifiedMs }
        : { name, kind: "directory", size: 0, modifiedMs: 0 }
    );
  }

  async makeDirectory(path: string): Promise<void> {
    await this.disk.delay(this);
    this.disk.makeDirectory(path);
  }

  async rename(from: string, to: string): Promise<void> {
    await this.disk.delay(this);
    const node = this.disk.find(from);
    if (node === undefined) {
      throw new Fault("disk", `Cannot rename "${from}": no such file`);
    }
    this.disk.parent(from).entries.delete(parts(from).at(-1) ?? "");
    this.disk.parent(to).entries.set(parts(to).at(-1) ?? "", node);
  }

  async setModified(path: string, modifiedMs: number): Promise<void> {
    await this.disk.delay(this);
    const node = this.disk.find(path);
    if (node?.kind !== "file") throw new Fault("disk", `Cannot date "${path}": no such file`);
    node.modifiedMs = modifiedMs;
  }

  async remove(path: string): Promise<void> {
    await this.disk.delay(this);
    if (this.disk.find(path) !== undefined) {
      this.disk.parent(path).entries.delete(parts(path).at(-1) ?? "");
    }
  }

  async syncDirectory(path: string): Promise<void> {
    const node = this.disk.find(path);
    if (node?.kind !== "directory") {
      throw new Fault("disk", `Cannot sync "${path}"`);
    }
    // Not the names that are made meanwhile; and a later sync may end sooner.
    const order = ++node.syncsBegun;
    const entries = new Map(node.entries);
    await this.disk.delay(this);
    if (order < node.syncsEnded) return;
    node.syncsEnded = order;
    node.synced = entries;
  }

  async lock(path: string): Promise<FileLock> {
    await this.disk.delay(this);
    if (this.disk.locks.has(path)) {
      throw new Fault("in use", `Cannot lock "${path}"`);
    }
    this.disk.locks.set(path, this);
    return {
      release: () => Promise.resolve(void this.disk.locks.delete(path)),
    };
  }

  #create(path: string): FileNode {
    const file: FileNode = {
      kind: "file",
      content: new Uint8Array(0),
      size: 0,
      unsynced: [],
      modifiedMs: this.disk.now(),
    };
    this.disk.parent(path).entries.set(parts(path).at(-1) ?? "", file);
    return file;
  }
}

function folder(): FolderNode {
  const [entries, synced] = [new Map(), new Map()];
  return { kind: "directory", entries, synced, syncsBegun: 0, syncsEnded: 0 };
}

function parts(path: string): string[] {
  return path.split("/").filter((part) => part !== "" && part !== ".");
}
