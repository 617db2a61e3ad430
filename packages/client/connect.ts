// A cluster over the real network, clock and chance: what programs begin with. Simulations make
// their `Cluster` themselves.

import { systemClock, systemRandom } from "@odradek/base";
import { tcpTransport } from "@odradek/network/transport";
import { parseAddresses } from "./addresses.ts";
import { Cluster, type ClusterSettings } from "./cluster.ts";

/**
 * `bootstrap`: `host:port,…`. Nothing is connected before something is asked. Fault
 * "configuration" for addresses that are none.
 */
export function connect(bootstrap: string, settings: ClusterSettings = {}): Cluster {
  return new Cluster({
    ...settings,
    bootstrap: parseAddresses(bootstrap),
    transport: tcpTransport(),
    clock: systemClock,
    random: systemRandom,
  });
}
