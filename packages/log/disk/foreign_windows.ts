// Windows that another thread of this process has mapped: the same bytes of the file, mapped once
// more for each window and let go before its owner unmaps it.

import type { MappedPlace } from "@odradek/base";
import { mapAgain, type Mapping, unmap } from "../native/mapping.ts";

export class ForeignWindows {
  readonly #mappings = new Map<number, Mapping>();

  /** Good while the owner's lease lasts. Fault "disk" if it cannot be mapped. */
  view({ window, windowLength, start, length }: MappedPlace): Uint8Array {
    let mapping = this.#mappings.get(window);
    // At the same address another window may lie by now, if this one never was let go.
    if (mapping === undefined || mapping.buffer.byteLength !== windowLength) {
      this.letGo(window);
      mapping = mapAgain(window, windowLength);
      this.#mappings.set(window, mapping);
    }
    return new Uint8Array(mapping.buffer, start, length);
  }

  /** Its owner is about to unmap it: what still refers to it shows zeros soon. */
  letGo(window: number): void {
    const mapping = this.#mappings.get(window);
    this.#mappings.delete(window);
    if (mapping !== undefined) void unmap(mapping);
  }
}
