// A snapshot of the leader on its way to this node (KIP-630): slices gather until it is whole, then
// it is looked at, and only then it lies beside the log under its name.

import { Fault, type Files } from "@odradek/base";
import { snapshotState } from "@odradek/metadata";
import type { LogPrefix } from "@odradek/raft";
import { decodeCheckpoint } from "../checkpoint_file.ts";
import type { LoadedSnapshot } from "../snapshots/load.ts";
import { snapshotFileName } from "../snapshots/stored.ts";

/** An image of that many bytes is no image of this cluster. */
const BYTES_MAX = 2 ** 30;

export class Download {
  readonly #files: Files;
  readonly #directory: string;
  #slices: Uint8Array[] = [];
  #length = 0;

  constructor(files: Files, directory: string) {
    this.#files = files;
    this.#directory = directory;
  }

  /** At 0 it begins anew. Fault "corrupt" if it has no end. */
  store(bytes: Uint8Array, position: number): void {
    if (position === 0) this.forget();
    if (position !== this.#length) return;
    this.#slices.push(bytes);
    this.#length += bytes.length;
    if (this.#length <= BYTES_MAX) return;
    this.forget();
    throw new Fault("corrupt", `A snapshot of the metadata of more than ${BYTES_MAX} bytes`);
  }

  forget(): void {
    this.#slices = [];
    this.#length = 0;
  }

  /** Fault "corrupt", or another thrown, if it is damaged; Fault "disk". */
  async install({ endOffset, epoch }: LogPrefix): Promise<LoadedSnapshot> {
    const bytes = joined(this.#slices, this.#length);
    this.forget();
    const { control } = decodeCheckpoint(bytes);
    const snapshot = { bytes, endOffset, epoch };
    const loaded = { ...snapshot, control, state: snapshotState(snapshot) };
    const path = `${this.#directory}/${snapshotFileName(snapshot)}`;
    await this.#files.writeWhole(`${path}.part`, bytes);
    await this.#files.rename(`${path}.part`, path);
    await this.#files.syncDirectory(this.#directory);
    return loaded;
  }
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
