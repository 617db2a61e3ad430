// What the system says when the disk fails, as Faults that name the file.

import { Fault, type FaultKind } from "@odradek/base";

const FULL = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

/** Runs `action` on `path`; what the system throws becomes a Fault. */
export function onDisk<T>(verb: string, path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw diskFault(verb, path, error);
  }
}

export async function onDiskAsync<T>(
  verb: string,
  path: string,
  action: () => Promise<T>,
): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw diskFault(verb, path, error);
  }
}

export function diskFault(verb: string, path: string, error: unknown): Fault {
  if (error instanceof Fault) return error;
  const code = errorCode(error);
  const kind: FaultKind = FULL.has(code) ? "disk full" : "disk";
  return new Fault(kind, `Cannot ${verb} "${path}": ${WORDS[code] ?? code}`, {
    cause: error,
  });
}

/** `ENOENT` and the like; the text of errors that have none. */
export function errorCode(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return typeof code === "string" ? code : String(error);
}

const WORDS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "not permitted",
  ERR_ACCESS_DENIED: "outside of the directories that this process may write",
  ENOSPC: "no space left",
  EDQUOT: "the disk quota is used up",
  EFBIG: "the file would be too large",
  EIO: "the disk failed (EIO)",
  EROFS: "the file system is read-only",
  ENOENT: "no such file or directory",
  EEXIST: "something else has this name",
  ENOTDIR: "not a directory",
  EISDIR: "a directory",
  EMFILE: "too many open files (ulimit -n)",
  ENFILE: "too many open files on this machine",
};
