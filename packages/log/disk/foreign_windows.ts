// Windows that another thread of this process has mapped: views of the same memory, made once for
// each window and let go before its owner unmaps it.

import type { MappedPlace } from "@odradek/base";
import { bufferAt } from "../native/mapping.ts";

export class ForeignWindows {
  readonly #buffers = new Map<number, ArrayBuffer>();

  /** Good while the owner's lease lasts. */
  view({ window, windowLength, start, length }: MappedPlace): Uint8Array {
    let buffer = this.#buffers.get(window);
    // At the same address another window may lie by now, if this one never was let go.
    if (buffer === undefined || buffer.byteLength !== windowLength) {
      buffer?.transfer();
      buffer = bufferAt(window, windowLength);
      this.#buffers.set(window, buffer);
    }
    return new Uint8Array(buffer, start, length);
  }

  /** Its owner is about to unmap it: what still refers to it is empty from now on. */
  letGo(window: number): void {
    this.#buffers.get(window)?.transfer();
    this.#buffers.delete(window);
  }
}
