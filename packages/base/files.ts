// The port of the file system. The real one stands in the log package (written by pwrite, read by
// mapping), the simulated one in its testing folder (torn tails, lost unsynced writes, full disk).

/** Bytes of a file that may be read until the lease ends. Held over every await and every send. */
export interface Lease {
  readonly bytes: Uint8Array;
  /**
   * Where the bytes lie in memory, for another thread of this process; absent if they were copied.
   */
  readonly place?: MappedPlace;
  /**
   * Who is destroyed if the lease is not back in time when its bytes must go (truncation): set
   * by a socket that sends them.
   */
  holder?: { destroy(cause: Error): void };
  /** Ends the lease. The bytes must not be touched afterwards. Calling it again does nothing. */
  release(): void;
}

/** A part of a mapped window, by address: valid in every thread of this process. */
export interface MappedPlace {
  /** Address of the window's first byte. */
  readonly window: number;
  readonly windowLength: number;
  /** Of the bytes, within the window. */
  readonly start: number;
  readonly length: number;
}

/** A file of which one owner writes the end and many read what is written. */
export interface DataFile {
  readonly path: string;
  /** Bytes in the file, as far as this owner knows: what it found at open, then what it wrote. */
  readonly size: number;
  /**
   * Writes the parts one after another at `position` (one pwritev). When it returns, every view
   * shows them and they survive the end of the process, but not of the machine.
   * Throws Fault "disk full" or "disk"; then nothing at or after `position` counts as written.
   */
  write(parts: readonly Uint8Array[], position: number): void;
  /**
   * Without a copy where it can be: [position, position + length) must have been written.
   * Reading cold bytes stops this thread: `warm` them first.
   */
  view(position: number, length: number): Lease;
  /**
   * Throws Fault "disk" if somebody else has cut the file. Before this thread reads a view: what is
   * mapped behind the end of a file is the death of the process. A view that is only sent needs
   * none, for the system says EFAULT then.
   */
  verify(): void;
  /**
   * Whether bytes that have been written are in memory, so that nobody needs to warm them; false
   * where the system does not tell.
   */
  isInMemory(position: number, length: number): boolean;
  /** Brings the bytes into memory without stopping this thread. */
  warm(position: number, length: number): Promise<void>;
  /** A copy, shorter than asked for at the end of the file. */
  read(position: number, length: number): Promise<Uint8Array>;
  /** Everything written so far survives the end of the machine. */
  sync(): Promise<void>;
  /**
   * Cuts or extends. Waits for leases above the new end, at most 1 s, then destroys their holders.
   */
  truncate(size: number): Promise<void>;
  /** Gives it another name, while it is read and written; what has that name is replaced. */
  rename(path: string): Promise<void>;
  /** After all leases have ended. */
  close(): Promise<void>;
}

export interface DirectoryEntry {
  readonly name: string;
  readonly kind: "file" | "directory" | "other";
  /** Of a file, in bytes. */
  readonly size: number;
  /** Of the last change of its content, wall clock ms. */
  readonly modifiedMs: number;
}

/** Of the volume that a path lies on. */
export interface DiskSpace {
  readonly totalBytes: number;
  /** That this process may still write. */
  readonly usableBytes: number;
}

/** Held until it is released or the process ends. */
export interface FileLock {
  release(): Promise<void>;
}

/** All paths are absolute or relative to the process, with "/". Failures are Fault "disk". */
export interface Files {
  /** Opens for reading and writing. `create`: makes an empty file if there is none. */
  open(path: string, options?: { readonly create?: boolean }): Promise<DataFile>;
  /** As `open` of a file that is there and so large: it is not looked at before it is used. */
  known(path: string, size: number): DataFile;
  /** The whole of a small file; undefined if there is none. */
  readWhole(path: string): Promise<Uint8Array | undefined>;
  /** Makes or overwrites a file and syncs it. Not atomic: see `replaceFile` of the log package. */
  writeWhole(path: string, content: Uint8Array): Promise<void>;
  space(path: string): Promise<DiskSpace>;
  /** In name order; undefined if there is no such directory. */
  list(path: string): Promise<DirectoryEntry[] | undefined>;
  /** Makes a directory and those above it. */
  makeDirectory(path: string): Promise<void>;
  /** Replaces what is there. */
  rename(from: string, to: string): Promise<void>;
  /** Says when a file's content was changed last, wall clock ms. */
  setModified(path: string, modifiedMs: number): Promise<void>;
  /** A file, or a directory with all in it. Nothing there: nothing done. */
  remove(path: string): Promise<void>;
  /** Names made, renamed and removed in this directory survive the end of the machine. */
  syncDirectory(path: string): Promise<void>;
  /** Exclusive over processes; makes the file. Fault "in use" if somebody has it. */
  lock(path: string): Promise<FileLock>;
}
