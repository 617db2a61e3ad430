// The real file system as the port `Files`.

import { closeSync, constants, openSync } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, stat, statfs, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  type Clock,
  type DirectoryEntry,
  type DiskSpace,
  Fault,
  type FileLock,
  type Files,
} from "@odradek/base";
import { tryLock } from "../native/lock.ts";
import { syncWhole } from "../native/sync.ts";
import { type DiskContext, DiskFile } from "./data_file.ts";
import { DescriptorPool } from "./descriptors.ts";
import { errorCode, onDisk, onDiskAsync } from "./errors.ts";
import { type BeforeUnmap, WindowPool } from "./windows.ts";

export interface DiskOptions {
  readonly clock: Clock;
  /** Mapped windows that this thread keeps at a time. */
  readonly windowsMax?: number;
  /** Open files that this thread keeps at a time. */
  readonly descriptorsMax?: number;
  /** Bulk operations (fsync) of this thread under way at a time. */
  readonly bulkMax?: number;
  /** Where other threads may have views of this one's windows: makes them let go. */
  readonly beforeUnmap?: BeforeUnmap;
}

/** Below `vm.max_map_count` (65530 by default) for all threads of a node together. */
const WINDOWS_MAX = 1024;
/** Where nobody says how many the system lets the process have. */
const DESCRIPTORS_MAX = 256;
/** Of one thread; of all together half of the pool of threads that the launcher asks for. */
const BULK_MAX = 8;
const BULK_MAX_OF_ALL = 24;

/** `bulkMax` of each of so many threads that have logs. */
export function bulkShare(threads: number): number {
  return Math.max(BULK_MAX / 2, Math.floor(BULK_MAX_OF_ALL / threads));
}
/** Small files and directories; the native calls under way in a process are limited. */
const NAMES_MAX = 32;

/** One per thread: mappings belong to the thread that made them. */
export function diskFiles(options: DiskOptions): Files {
  const context = diskContext(options);
  const names = atMost(NAMES_MAX);
  return {
    open: async (path, { create = false } = {}) => {
      const size = await onDiskAsync("open", path, async () => {
        if (!create) return (await stat(path)).size;
        const handle = await open(
          path,
          constants.O_RDWR | constants.O_CREAT,
          0o644,
        );
        const { size } = await handle.stat();
        await handle.close();
        return size;
      });
      return new DiskFile(path, size, context);
    },
    known: (path, size) => new DiskFile(path, size, context),
    readWhole: (path) => absent("read", path, () => readPlain(path)),
    writeWhole: (path, content) =>
      onDiskAsync("write", path, () => names(() => writeWhole(path, content))),
    space: (path) => onDiskAsync("measure", path, () => space(path)),
    list: (path) => absent("list", path, () => list(path)),
    makeDirectory: (path) => onDiskAsync("make directory", path, () => makeDirectories(path)),
    rename: (from, to) => onDiskAsync("rename", from, () => rename(from, to)),
    setModified: (path, modifiedMs) =>
      onDiskAsync("date", path, () => utimes(path, modifiedMs / 1000, modifiedMs / 1000)),
    remove: (path) =>
      onDiskAsync(
        "remove",
        path,
        () => rm(path, { recursive: true, force: true }),
      ),
    syncDirectory: (path) => onDiskAsync("sync", path, () => names(() => syncDirectory(path))),
    lock: async (path) => lockFile(path),
  };
}

export function diskContext(options: DiskOptions): DiskContext {
  return {
    windows: new WindowPool(options.windowsMax ?? WINDOWS_MAX),
    descriptors: new DescriptorPool(options.descriptorsMax ?? DESCRIPTORS_MAX),
    beforeUnmap: options.beforeUnmap ?? (() => Promise.resolve()),
    clock: options.clock,
    bulk: atMost(options.bulkMax ?? BULK_MAX),
    mayWait: false,
  };
}

async function space(path: string): Promise<DiskSpace> {
  const { bsize, blocks, bavail } = await statfs(path);
  return { totalBytes: blocks * bsize, usableBytes: bavail * bsize };
}

async function absent<T>(
  verb: string,
  path: string,
  action: () => Promise<T>,
): Promise<T | undefined> {
  return await onDiskAsync(verb, path, async () => {
    try {
      return await action();
    } catch (error) {
      if (errorCode(error) === "ENOENT") return undefined;
      throw error;
    }
  });
}

/** Not a Buffer, whose `slice` is no copy. */
async function readPlain(path: string): Promise<Uint8Array> {
  const { buffer, byteOffset, length } = await readFile(path);
  return new Uint8Array(buffer, byteOffset, length);
}

async function writeWhole(path: string, content: Uint8Array): Promise<void> {
  const handle = await open(path, "w", 0o644);
  try {
    await handle.writeFile(content);
    await syncWhole(handle.fd);
  } finally {
    await handle.close();
  }
}

/**
 * With those above it. Node's own goes on for ever where a name cannot be made though the directory
 * above it is there, and says of a read-only file system that nothing is there.
 */
async function makeDirectories(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const code = errorCode(error);
    if (code === "EEXIST" && (await stat(path)).isDirectory()) return;
    const parent = dirname(path);
    const isThere = await absent("find", parent, () => stat(parent)) !== undefined;
    if (code !== "ENOENT" || isThere) throw error;
    await makeDirectories(parent);
    await makeDirectories(path);
  }
}

async function list(path: string): Promise<DirectoryEntry[]> {
  const entries = await readdir(path, { withFileTypes: true });
  const found = await Promise.all(
    entries.map(async (entry): Promise<DirectoryEntry | undefined> => {
      if (entry.isDirectory()) {
        return { name: entry.name, kind: "directory", size: 0, modifiedMs: 0 };
      }
      // Removed since it was listed: it is not there.
      const status = await absent(
        "read",
        join(path, entry.name),
        () => stat(join(path, entry.name)),
      );
      if (status === undefined) {
        return undefined;
      }
      const kind = entry.isFile() ? "file" : "other";
      return {
        name: entry.name,
        kind,
        size: status.size,
        modifiedMs: status.mtimeMs,
      };
    }),
  );
  return found.filter((entry) => entry !== undefined)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await syncWhole(handle.fd);
  } finally {
    await handle.close();
  }
}

function lockFile(path: string): FileLock {
  const fd = onDisk("lock", path, () => openSync(path, "a+", 0o644));
  if (tryLock(fd)) return { release: () => Promise.resolve(closeSync(fd)) };
  closeSync(fd);
  throw new Fault("in use", `Cannot lock "${path}": another process has it`);
}

/** Runs at most so many at a time, the rest in the order in which they came. */
function atMost(count: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= count) {
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}
