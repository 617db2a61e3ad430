// The nodes of a cluster: from DescribeCluster if brokers offer it (KIP-700), else from Metadata.

import { DescribeCluster } from "@odradek/protocol/messages/describe_cluster";
import type { Cluster } from "../cluster.ts";
import type { Offer } from "../cluster/link.ts";
import type { NodeView } from "../cluster/view.ts";
import { throwIfRefused } from "../refused.ts";

export interface DescribeClusterOptions {
  /** Those brokers as well that are registered and not to be used. */
  readonly includeFenced?: boolean;
  /** Where only controllers are asked (KIP-919). */
  readonly ofControllers?: boolean;
}

const CONTROLLERS = 2;
/** Before, only live brokers are told. */
const FENCED_SINCE = 2;

export interface DescribedNode extends NodeView {
  /** Registered, but not to be used. */
  readonly isFenced: boolean;
}

export interface DescribedCluster {
  /** null: not told. */
  readonly clusterId: string | null;
  readonly nodes: readonly DescribedNode[];
}

export function describeCluster(
  cluster: Cluster,
  options: DescribeClusterOptions = {},
): Promise<DescribedCluster> {
  return cluster.persist(async () => {
    const link = await cluster.link("any");
    const isOffered = link.versionOf(DescribeCluster) !== undefined;
    if (isOffered) return await fromAnswer(cluster, options);
    const nodes = await cluster.nodes();
    const { clusterId } = cluster.view;
    return { clusterId, nodes: nodes.map((node) => ({ ...node, isFenced: false })) };
  });
}

async function fromAnswer(
  cluster: Cluster,
  { includeFenced = false, ofControllers = false }: DescribeClusterOptions,
): Promise<DescribedCluster> {
  const answer = await cluster.ask("any", DescribeCluster, (version) => ({
    includeClusterAuthorizedOperations: false,
    ...(ofControllers ? { endpointType: CONTROLLERS } : {}),
    ...(version < FENCED_SINCE ? {} : { includeFencedBrokers: includeFenced }),
  }));
  throwIfRefused(answer.errorCode, answer.errorMessage);
  const nodes = answer.brokers.map(({ brokerId: id, host, port, rack, isFenced }) => ({
    id,
    host,
    port,
    rack,
    isFenced,
  }));
  return { clusterId: answer.clusterId, nodes };
}

/** What a node offers, or any of them. */
export function describeOffer(cluster: Cluster, node?: number): Promise<Offer> {
  return cluster.persist(async () =>
    (await cluster.link(node === undefined ? "any" : { node })).offer
  );
}
