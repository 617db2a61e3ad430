// The file system for threads that have nothing else to do while the disk is busy: the pool's. A
// call that waits costs a fifth of one that is handed to another thread.

import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import type { DirectoryEntry, Files } from "@odradek/base";
import { syncWholeNow } from "../native/sync.ts";
import { DiskFile } from "./data_file.ts";
import { errorCode, onDisk } from "./errors.ts";
import { diskContext, diskFiles, type DiskOptions } from "./files.ts";

/** As `diskFiles`, but the thread waits in the calls of which there are many. */
export function blockingFiles(options: DiskOptions): Files {
  const context = { ...diskContext(options), mayWait: true };
  return {
    ...diskFiles(options),
    open: async (path, { create = false } = {}) => {
      if (create) onDisk("open", path, () => closeSync(openSync(path, "a+", 0o644)));
      return new DiskFile(path, onDisk("open", path, () => statSync(path).size), context);
    },
    known: (path, size) => new DiskFile(path, size, context),
    readWhole: async (path) => absent("read", path, () => readPlain(path)),
    writeWhole: async (path, content) => onDisk("write", path, () => writeWhole(path, content)),
    list: async (path) => absent("list", path, () => list(path)),
    rename: async (from, to) => onDisk("rename", from, () => renameSync(from, to)),
    remove: async (path) =>
      onDisk("remove", path, () => rmSync(path, { recursive: true, force: true })),
    syncDirectory: async (path) => onDisk("sync", path, () => syncDirectory(path)),
  };
}

function absent<T>(verb: string, path: string, action: () => T): T | undefined {
  return onDisk(verb, path, () => {
    try {
      return action();
    } catch (error) {
      if (errorCode(error) === "ENOENT") return undefined;
      throw error;
    }
  });
}

function readPlain(path: string): Uint8Array {
  const { buffer, byteOffset, length } = readFileSync(path);
  return new Uint8Array(buffer, byteOffset, length);
}

function writeWhole(path: string, content: Uint8Array): void {
  const fd = openSync(path, "w", 0o644);
  try {
    writeFileSync(fd, content);
    syncWholeNow(fd);
  } finally {
    closeSync(fd);
  }
}

function list(path: string): DirectoryEntry[] {
  return readdirSync(path).sort().flatMap((name): DirectoryEntry[] => {
    // Removed since it was listed: it is not there.
    const status = statSync(`${path}/${name}`, { throwIfNoEntry: false });
    if (status === undefined) return [];
    if (status.isDirectory()) return [{ name, kind: "directory", size: 0, modifiedMs: 0 }];
    const kind = status.isFile() ? "file" : "other";
    return [{ name, kind, size: status.size, modifiedMs: status.mtimeMs }];
  });
}

function syncDirectory(path: string): void {
  const fd = openSync(path, "r");
  try {
    syncWholeNow(fd);
  } finally {
    closeSync(fd);
  }
}
