// A file that is only looked at: it may be another process's, or write-protected.

import { type FileHandle, open } from "node:fs/promises";
import { Bug, type DataFile, Fault, reason } from "@odradek/base";

export class DataSource implements DataFile, AsyncDisposable {
  readonly path: string;
  readonly size: number;
  readonly #handle: FileHandle;

  private constructor(path: string, size: number, handle: FileHandle) {
    this.path = path;
    this.size = size;
    this.#handle = handle;
  }

  /** Fault "disk" if it cannot be read. */
  static async open(path: string): Promise<DataSource> {
    try {
      const handle = await open(path, "r");
      return new DataSource(path, (await handle.stat()).size, handle);
    } catch (error) {
      throw new Fault("disk", `Cannot read "${path}": ${reason(error)}`, { cause: error });
    }
  }

  async read(position: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(Math.max(0, Math.min(length, this.size - position)));
    let at = 0;
    while (at < bytes.length) {
      const { bytesRead } = await this.#handle.read(bytes, at, bytes.length - at, position + at);
      if (bytesRead === 0) break;
      at += bytesRead;
    }
    return bytes.subarray(0, at);
  }

  /** The whole of a small file. */
  static async readWhole(path: string): Promise<Uint8Array> {
    await using source = await DataSource.open(path);
    return await source.read(0, source.size);
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  verify(): void {
    // It is not mapped.
  }

  isInMemory(): boolean {
    return false;
  }

  async warm(): Promise<void> {
    // Reading waits anyway.
  }

  view(): never {
    throw new Bug("A file that is only looked at is not mapped");
  }
  rename(): never {
    throw new Bug("A file that is only looked at is not renamed");
  }
  write(): never {
    throw new Bug("A file that is only looked at is not written");
  }
  sync(): never {
    throw new Bug("A file that is only looked at is not written");
  }
  truncate(): never {
    throw new Bug("A file that is only looked at is not written");
  }
}
