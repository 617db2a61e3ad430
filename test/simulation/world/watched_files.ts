// The files of a process with somebody who is told of each operation before it is carried out, and
// of writes, syncs and cuts also when they are done, before anybody else hears of it: so a machine
// can fail at a chosen operation, not only at a chosen time.

import type { DataFile, Files, Lease } from "@odradek/base";

/** `operation`: the name of the method, or "written", "synced" or "truncated". */
export type Watcher = (operation: string, path: string) => void;

export function watchedFiles(files: Files, watch: Watcher): Files {
  const watched = <T>(operation: string, path: string, carryOut: () => T): T => {
    watch(operation, path);
    return carryOut();
  };
  return {
    open: async (path, options) => {
      const file = await watched("open", path, () => files.open(path, options));
      return new WatchedFile(file, watch);
    },
    known: (path, size) => new WatchedFile(files.known(path, size), watch),
    readWhole: (path) => watched("readWhole", path, () => files.readWhole(path)),
    writeWhole: (path, content) =>
      watched("writeWhole", path, () => files.writeWhole(path, content)),
    space: (path) => watched("space", path, () => files.space(path)),
    list: (path) => watched("list", path, () => files.list(path)),
    makeDirectory: (path) => watched("makeDirectory", path, () => files.makeDirectory(path)),
    rename: (from, to) => watched("rename", from, () => files.rename(from, to)),
    remove: (path) => watched("remove", path, () => files.remove(path)),
    setModified: (path, ms) => files.setModified(path, ms),
    syncDirectory: (path) => watched("syncDirectory", path, () => files.syncDirectory(path)),
    lock: (path) => watched("lock", path, () => files.lock(path)),
  };
}

class WatchedFile implements DataFile {
  readonly #file: DataFile;
  readonly #watch: Watcher;

  constructor(file: DataFile, watch: Watcher) {
    this.#file = file;
    this.#watch = watch;
  }

  get path(): string {
    return this.#file.path;
  }

  get size(): number {
    return this.#file.size;
  }

  write(parts: readonly Uint8Array[], position: number): void {
    this.#watch("write", this.path);
    this.#file.write(parts, position);
    this.#watch("written", this.path);
  }

  view(position: number, length: number): Lease {
    return this.#file.view(position, length);
  }

  verify(): void {
    this.#file.verify();
  }

  isInMemory(position: number, length: number): boolean {
    return this.#file.isInMemory(position, length);
  }

  warm(position: number, length: number): Promise<void> {
    return this.#file.warm(position, length);
  }

  read(position: number, length: number): Promise<Uint8Array> {
    return this.#file.read(position, length);
  }

  async sync(): Promise<void> {
    this.#watch("sync", this.path);
    await this.#file.sync();
    this.#watch("synced", this.path);
  }

  async truncate(size: number): Promise<void> {
    this.#watch("truncate", this.path);
    await this.#file.truncate(size);
    this.#watch("truncated", this.path);
  }

  rename(path: string): Promise<void> {
    this.#watch("rename", this.path);
    return this.#file.rename(path);
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
