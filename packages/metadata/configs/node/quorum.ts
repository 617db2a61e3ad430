// How a node finds the quorum of controllers: voters that are fixed in the configuration
// (kraft.version 0), servers to ask for voters that may change (kraft.version 1, KIP-853), or
// itself.

import type { Address, NodeId } from "@odradek/base";
import type { ResolvedConfig } from "../resolved_config.ts";
import { isWildcard, parseAddress, parseVoter, type StaticVoter } from "./endpoints.ts";
import { refuseKeys } from "./refuse.ts";
import type { Roles } from "./roles.ts";

export type QuorumConfig =
  | { readonly kind: "static"; readonly voters: readonly StaticVoter[] }
  | { readonly kind: "dynamic"; readonly bootstrapServers: readonly Address[] }
  /** One node that is its own quorum. */
  | { readonly kind: "alone" };

const VOTERS = "controller.quorum.voters";
const SERVERS = "controller.quorum.bootstrap.servers";

/** `mayBeAlone`: nothing was configured, so that a node without a quorum is meant to be one. */
export function readQuorum(
  config: ResolvedConfig,
  { id, roles, mayBeAlone }: { id: NodeId; roles: Roles; mayBeAlone: boolean },
): QuorumConfig {
  const voters = readVoters(config);
  if (voters.length > 0) {
    checkOwnId(config, voters, { id, roles });
    return { kind: "static", voters };
  }
  const bootstrapServers = config.value(SERVERS).map((text) => {
    const address = parseAddress(text);
    if (address !== undefined && address.host !== "") return address;
    return refuseKeys(config, [SERVERS], `"${text}" is not of the form host:port`);
  });
  if (bootstrapServers.length > 0) return { kind: "dynamic", bootstrapServers };
  if (roles.controller && mayBeAlone) return { kind: "alone" };
  const remedy = `set ${SERVERS} to the controllers' addresses, also if there is only this one`;
  return refuseKeys(config, [VOTERS, SERVERS], `nothing tells who controls; ${remedy}`);
}

function readVoters(config: ResolvedConfig): StaticVoter[] {
  const voters = config.value(VOTERS).map((text) =>
    parseVoter(text) ?? refuseKeys(config, [VOTERS], `"${text}" is not of the form id@host:port`)
  );
  for (const [i, { id, host }] of voters.entries()) {
    if (isWildcard(host)) {
      const why = `nobody can connect to ${host}`;
      refuseKeys(config, [VOTERS], `${why}; give the name or address of controller ${id}`);
    }
    if (voters.findIndex((other) => other.id === id) !== i) {
      refuseKeys(config, [VOTERS], `${id} is there twice; give each voter its own id`);
    }
  }
  return voters;
}

function checkOwnId(
  config: ResolvedConfig,
  voters: readonly StaticVoter[],
  { id, roles }: { id: NodeId; roles: Roles },
): void {
  const isVoter = voters.some((voter) => voter.id === id);
  if (roles.controller && !isVoter) {
    const why = "a controller must be among the voters";
    refuseKeys(config, ["node.id", VOTERS], `${why}; add ${id}@host:port to ${VOTERS}`);
  }
  if (!roles.controller && isVoter) {
    const why = "a broker alone must not be among the voters";
    refuseKeys(config, ["node.id", VOTERS], `${why}; give it another node.id, or add its role`);
  }
}

/** What to tell of a configuration that names the quorum in both ways. */
export function quorumWarnings(config: ResolvedConfig): string[] {
  const both = config.value(VOTERS).length > 0 && config.value(SERVERS).length > 0;
  return both ? [`${VOTERS} counts, ${SERVERS} has no effect beside it`] : [];
}
