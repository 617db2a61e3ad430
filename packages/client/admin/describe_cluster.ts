// The nodes of a cluster, brokers or controllers, whichever are asked: from DescribeCluster if it
// is offered (KIP-700), else from Metadata.

import { errors } from "@odradek/protocol/errors";
import { DescribeCluster } from "@odradek/protocol/messages/describe_cluster";
import type { Cluster } from "../cluster.ts";
import { CONTROLLERS, noBroker } from "../cluster/controllers.ts";
import type { Offer } from "../cluster/link.ts";
import type { NodeView } from "../cluster/view.ts";
import { throwIfRefused } from "../refused.ts";

export interface DescribeClusterOptions {
  /** Those brokers as well that are registered and not to be used. */
  readonly includeFenced?: boolean;
}

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
  { includeFenced = false }: DescribeClusterOptions,
): Promise<DescribedCluster> {
  const { ofControllers } = cluster.settings;
  const link = await cluster.link("any");
  const answer = await link.ask(DescribeCluster, (version) => ({
    includeClusterAuthorizedOperations: false,
    ...(ofControllers ? { endpointType: CONTROLLERS } : {}),
    ...(version < FENCED_SINCE ? {} : { includeFencedBrokers: includeFenced }),
  }));
  if (answer.errorCode === errors.MISMATCHED_ENDPOINT_TYPE.code) throw noBroker(link);
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
