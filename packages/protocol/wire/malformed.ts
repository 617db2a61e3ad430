// What readers throw: bytes that do not hold what they must. The owner of the bytes decides what
// to do: a connection closes without an answer, a file is truncated or its partition goes offline.

import { Fault } from "@odradek/base";

/** Bytes that are cut off, a length beyond the end, null where none may be. */
export class Malformed extends Fault {
  override readonly name = "Malformed";

  constructor(message: string, options?: ErrorOptions) {
    super("corrupt", message, options);
  }
}
