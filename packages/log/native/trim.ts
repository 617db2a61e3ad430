// Memory that the C library keeps for later, given back to the system: after a burst it is several
// times what is in use.

import koffi from "koffi";

const mallocTrim = find();

/** Does nothing where the library has no such function: it is the GNU one's. */
export function trimMemory(): void {
  mallocTrim?.(0);
}

function find(): ((keepBytes: number) => number) | undefined {
  try {
    return koffi.load(null).func("int malloc_trim(size_t pad)") as (keepBytes: number) => number;
  } catch {
    // Not there: nothing is trimmed.
    return undefined;
  }
}
