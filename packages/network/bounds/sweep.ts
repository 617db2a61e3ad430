// Which connections end because of what their clients do not do: say anything, read their answers,
// or, while the node's budget of bytes is tight, finish a request that they have begun.

import type { Connection } from "../connection.ts";
import type { Bound } from "./node_bounds.ts";
import { MUCH_KIB } from "./byte_budget.ts";
import type { ThreadBounds } from "./thread_bounds.ts";

export interface SweepLimits {
  /** `connections.max.idle.ms`; connections that wait for an answer are not idle. */
  readonly idleMsMax: number;
  /** `odradek.connection.stalled.max.ms` */
  readonly stalledMsMax: number;
}

/** While bytes are tight, what is held for longer makes way. */
const HELD_MS_MAX = 10_000;

interface Swept {
  readonly connections: Iterable<Connection>;
  readonly bounds: ThreadBounds;
  readonly nowMs: number;
}

/** Ends what is silent or stalled. */
export function sweepSilent(swept: Swept, { idleMsMax, stalledMsMax }: SweepLimits): void {
  const { connections, nowMs } = swept;
  for (const connection of connections) {
    if (nowMs - connection.stalledSinceMs(nowMs) >= stalledMsMax) {
      const why = `its client has read nothing of its answers for ${stalledMsMax} ms`;
      tell(swept, connection, { bound: "odradek.connection.stalled.max.ms", why });
      connection.destroy();
    } else if (connection.isIdle && nowMs - connection.lastActiveMs > idleMsMax) {
      const why = `it was silent for ${idleMsMax} ms`;
      tell(swept, connection, { bound: "connections.max.idle.ms", why });
      connection.close();
    }
  }
}

/** Ends what holds many bytes for a long time, the oldest first, until there is room again. */
export function sweepHeld(swept: Swept): void {
  const { connections, bounds, nowMs } = swept;
  const { node } = bounds;
  const old = [...connections]
    .filter((one) => one.heldKib >= MUCH_KIB && nowMs - one.heldSinceMs >= HELD_MS_MAX)
    .sort((one, other) => one.heldSinceMs - other.heldSinceMs);
  let excessKib = node.requestKib - node.requestKibMax / 2;
  for (const connection of old) {
    if (excessKib <= 0) return;
    excessKib -= connection.heldKib;
    const held = `${connection.heldKib} KiB of requests and answers for ${HELD_MS_MAX} ms`;
    const why = `it has held ${held}, and queued.max.request.bytes is reached`;
    tell(swept, connection, { bound: "queued.max.request.bytes", why });
    connection.destroy();
  }
}

function tell(
  { bounds }: Swept,
  { facts }: Connection,
  { bound, why }: { readonly bound: Bound; readonly why: string },
): void {
  const { clientAddress: client, id: connection } = facts;
  bounds.met(bound, `Closing connection from ${client}: ${why}`, { connection, client });
}
