// A record that does not fit what came before it. Records that are read back are input, not
// invariants: a controller stops, a broker counts it and goes on.

import { Fault } from "@odradek/base";

export function contradiction(message: string): Fault {
  return new Fault("corrupt", `Cannot apply metadata record: ${message}`);
}
