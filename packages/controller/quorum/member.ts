// This node as the other replicas of the quorum meet it.

import { addressText, type Files, NO_NODE, type NodeId } from "@odradek/base";
import type { QuorumMember } from "../requests/quorum_member.ts";
import { snapshotFileName } from "../snapshots/stored.ts";
import type { Quorum } from "./quorum.ts";
import type { Replicas } from "./replicas.ts";

export interface MemberContext {
  readonly clusterId: string;
  readonly nodeId: NodeId;
  readonly quorum: Quorum;
  readonly replicas: Replicas;
  readonly files: Files;
  /** Of the metadata log. */
  readonly directory: string;
}

export function memberOf(context: MemberContext): QuorumMember {
  const { clusterId, nodeId, quorum, replicas, files, directory } = context;
  return {
    clusterId,
    nodeId,
    logStartOffset: () => quorum.state.log.startOffset,
    serve: (request) => quorum.serve(request),
    known(leaderId) {
      const address = leaderId === NO_NODE ? undefined : replicas.endpointOf(leaderId);
      if (address === undefined) return { nodeEndpoints: [] };
      return { nodeEndpoints: [{ nodeId: leaderId, ...address }] };
    },
    learn(leaderId, endpoints) {
      const [first] = endpoints;
      if (first !== undefined && addressText(first) !== ":0") {
        replicas.learn([{ nodeId: leaderId, host: first.host, port: first.port }]);
      }
    },
    async slice({ endOffset, epoch }, { position, bytesMax }) {
      const path = `${directory}/${snapshotFileName({ endOffset, epoch })}`;
      const entry = (await files.list(directory))?.find(({ name }) => path.endsWith(`/${name}`));
      if (entry === undefined) return undefined;
      const { size } = entry;
      if (position < 0 || position >= size) return { bytes: new Uint8Array(0), position, size };
      const file = files.known(path, size);
      try {
        const bytes = await file.read(position, Math.min(bytesMax, size - position));
        return { bytes, position, size };
      } finally {
        await file.close();
      }
    },
  };
}
