// The flags of `storage format` that say who votes at first. Without fixed voters in the
// configuration one of them must be given (KIP-853).

import { isUuid, type NodeId, nodeId, type Uuid } from "@odradek/base";
import type { NodeConfig } from "@odradek/metadata/configs/mod";
import { Failure } from "../../failure.ts";
import type { FirstVoter } from "../../node/format.ts";

export interface QuorumFlags {
  readonly standalone?: true;
  /** `--no-initial-controllers` is told as false. */
  readonly initialControllers?: string | boolean;
}

/** Who votes. Null: it stands in the configuration, or is learnt from the quorum. */
export interface FirstQuorum {
  voters(directoryId: Uuid): readonly FirstVoter[] | null;
  /** Of this node's metadata directory, if it is given. */
  readonly directoryId?: Uuid | undefined;
  /** How the metadata directory is called. */
  readonly kind: string;
}

const VOTER = "dynamic metadata voter directory";
const OBSERVER = "dynamic metadata directory";
const STATIC = "controller.quorum.voters";
const DYNAMIC = "controller.quorum.bootstrap.servers";

/** Failure if the flags are too many, too few, or not for this node. */
export function firstQuorum(flags: QuorumFlags, node: NodeConfig): FirstQuorum {
  const { standalone, initialControllers: initial } = flags;
  if (standalone && initial !== undefined) {
    throw new Failure("Give one of --standalone, --initial-controllers, --no-initial-controllers");
  }
  if (node.quorum.kind === "static" && (standalone || initial !== undefined)) {
    throw new Failure(
      `You cannot specify ${STATIC} and format the node with --initial-controllers or ` +
        `--standalone. If you want to use dynamic quorum, please remove ${STATIC} and specify ` +
        `${DYNAMIC} instead.`,
    );
  }
  if (standalone) return alone(node);
  if (typeof initial === "string") return given(initial, node);
  if (initial === undefined && node.roles.controller && node.quorum.kind !== "static") {
    throw new Failure(
      `Because ${STATIC} is not set on this controller, you must specify one of the following: ` +
        `--standalone, --initial-controllers, or --no-initial-controllers.`,
    );
  }
  return { voters: () => null, kind: "metadata directory" };
}

function alone(
  { nodeId: id, roles, advertised, controllerListenerNames }: NodeConfig,
): FirstQuorum {
  if (!roles.controller) throw new Failure("You can only use --standalone on a controller.");
  const endpoints = advertised.filter(({ name }) => controllerListenerNames.includes(name));
  return {
    voters: (directoryId) => [{ id, directoryId, endpoints }],
    kind: VOTER,
  };
}

function given(text: string, { nodeId: self, controllerListenerNames }: NodeConfig): FirstQuorum {
  const name = controllerListenerNames[0] ?? "CONTROLLER";
  const voters = text.split(",").map((one) => parseVoter(one.trim(), name));
  const own = voters.find(({ id }) => id === self);
  return { voters: () => voters, directoryId: own?.directoryId, kind: own ? VOTER : OBSERVER };
}

function parseVoter(text: string, listener: string): FirstVoter {
  const [, id, host = "", port, directoryId = ""] =
    /^(\d{1,10})@\[?([^\]@]+?)\]?:(\d{1,5}):([A-Za-z0-9_-]{22})$/.exec(text) ?? [];
  if (id === undefined || !isUuid(directoryId)) {
    throw new Failure(`Initial controller "${text}" is not of the form id@host:port:directoryId`);
  }
  const endpoints = [{ name: listener, host, port: Number(port) }];
  return { id: nodeId(Number(id)) satisfies NodeId, directoryId, endpoints };
}
