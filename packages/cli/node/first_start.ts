// What a node may take for granted when it is started over empty directories. Alone, everything:
// one of several has to be told what all of them must agree on, for they cannot ask each other yet.

import { Fault, type Uuid } from "@odradek/base";
import { freshFeatures } from "@odradek/controller/decide/bootstrap";
import type { DirectoryIdentity } from "@odradek/log";
import type { NodeConfig } from "@odradek/metadata/configs/mod";
import type { Endpoint, FirstMetadata } from "./format.ts";

const FORMAT = "odradek storage format";
const VOTERS_FLAGS = "--standalone, --initial-controllers or --no-initial-controllers";

/**
 * `found`: of the directories that are formatted already. Fault "configuration" with the remedy if
 * none is, and this node would have to guess.
 */
export function firstMetadataOf(
  node: NodeConfig,
  endpoints: readonly Endpoint[],
  found: ReadonlyMap<string, DirectoryIdentity>,
): FirstMetadata {
  const isAlone = isOwnQuorum(node, endpoints);
  if (!isAlone && found.size === 0) refuseGuesses(node);
  const self = (directoryId: Uuid) => [{ id: node.nodeId, directoryId, endpoints }];
  const votesAlone = isAlone && node.quorum.kind !== "static";
  return { records: freshFeatures(), voters: votesAlone ? self : () => null };
}

/** The only voter that is named, by id or by its port, is this one. */
function isOwnQuorum({ roles, quorum, nodeId }: NodeConfig, endpoints: readonly Endpoint[]) {
  if (!roles.controller) return false;
  switch (quorum.kind) {
    case "alone":
      return true;
    case "static":
      return quorum.voters.every(({ id }) => id === nodeId);
    case "dynamic": {
      const [first, ...others] = quorum.bootstrapServers;
      return others.length === 0 && endpoints.some(({ port }) => port === first?.port);
    }
  }
}

function refuseGuesses({ roles, quorum, clusterId, metadataLogDir, config }: NodeConfig): void {
  const cannot = `Cannot format "${metadataLogDir}" by itself`;
  if (clusterId === undefined) {
    throw new Fault(
      "configuration",
      `${cannot}: this node is one of several, which must have one cluster id; set cluster.id to ` +
        `that of the others, or use ${FORMAT} --cluster-id`,
    );
  }
  const joins = config.value("controller.quorum.auto.join.enable");
  if (!roles.controller || quorum.kind === "static" || joins) return;
  throw new Fault(
    "configuration",
    `${cannot}: nothing says who of the controllers votes at first; use ${FORMAT} with ` +
      VOTERS_FLAGS,
  );
}
