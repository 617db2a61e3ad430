// Kafka's container image: with only KAFKA_ADVERTISED_LISTENERS given, a broker listens on the
// advertised ports on all interfaces. We add the listener of controllers, which would be missing,
// from the node's own entry among the voters.

import { merged } from "../resolve.ts";
import type { Setting } from "../sources/setting.ts";
import { parseNamedAddress, parseVoter } from "./endpoints.ts";

/** The listeners that the environment implies; none where listeners are set, by whatever source. */
export function containerListeners(
  sources: readonly (readonly Setting[])[],
  environment: readonly Setting[],
): Setting[] {
  const settings = merged(sources);
  const advertised = environment.find(({ name }) => name === "advertised.listeners");
  if (advertised === undefined || settings.has("listeners")) return [];
  const list = (name: string): string[] =>
    (settings.get(name)?.text ?? "").split(",").map((entry) => entry.trim());
  const roles = settings.has("process.roles") ? list("process.roles") : ["broker", "controller"];
  if (!roles.includes("broker")) return [];
  const listeners = list("advertised.listeners").map(everywhere);
  const names = list("controller.listener.names").map((name) => name.toUpperCase());
  const isMissing = listeners.every((text) => !names.includes(parseNamedAddress(text)?.name ?? ""));
  if (roles.includes("controller") && isMissing) {
    const id = (settings.get("node.id") ?? settings.get("broker.id"))?.text.trim();
    const own = list("controller.quorum.voters").map(parseVoter).find((voter) =>
      voter !== undefined && String(voter.id) === id
    );
    if (own !== undefined && names[0]) listeners.push(`${names[0]}://0.0.0.0:${own.port}`);
  }
  const origin = `${advertised.origin}, on all interfaces`;
  return [{ name: "listeners", text: listeners.join(","), origin }];
}

/** Text that is no address is left as it is, to be refused with the rest. */
function everywhere(text: string): string {
  const address = parseNamedAddress(text);
  return address === undefined ? text : `${address.name}://0.0.0.0:${address.port}`;
}
