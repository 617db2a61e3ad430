// Facts that wait for a later part of the project, each named by what it waits for; and how many
// they are in each of the reference's directories: neither more nor fewer may be skipped.

import type { Cluster } from "@odradek/client";
import { errors } from "@odradek/protocol/errors";
import { ConsumerGroupDescribe } from "@odradek/protocol/messages/consumer_group_describe";
import { DescribeAcls } from "@odradek/protocol/messages/describe_acls";
import { DescribeTransactions } from "@odradek/protocol/messages/describe_transactions";
import { ShareGroupDescribe } from "@odradek/protocol/messages/share_group_describe";
import type { Expected } from "./expected.ts";
import type { Facts } from "./facts.ts";

export type Part =
  | "transaction coordinator"
  | "access control"
  | "consumer groups"
  | "share groups";

/** Those that a node has. */
export async function partsThere(cluster: Cluster): Promise<ReadonlySet<Part>> {
  const { offer: { versions } } = await cluster.link("any");
  const parts = new Set<Part>();
  if (versions.has(DescribeTransactions.key)) parts.add("transaction coordinator");
  if (versions.has(ConsumerGroupDescribe.key)) parts.add("consumer groups");
  if (versions.has(ShareGroupDescribe.key)) parts.add("share groups");
  if (await hasAccessControl(cluster)) parts.add("access control");
  return parts;
}

/** A node without it answers all the same, as Kafka does. */
async function hasAccessControl(cluster: Cluster): Promise<boolean> {
  const { errorCode } = await cluster.ask("any", DescribeAcls, {
    resourceTypeFilter: ANY,
    resourceNameFilter: null,
    patternTypeFilter: ANY,
    principalFilter: null,
    hostFilter: null,
    operation: ANY,
    permissionType: ANY,
  });
  return errorCode !== errors.SECURITY_DISABLED.code;
}

const ANY = 1;

/** By the archive's name. */
export const SKIPPED: ReadonlyMap<string, number> = new Map([
  ["kafka-data-dir-clean.tar.gz", 13],
  ["kafka-data-dir-unclean.tar.gz", 3],
  ["kafka-data-dir-torn.tar.gz", 3],
]);

const CUT_SHORT = ["__transaction_state-3", "od-u-txn-0", "od-u-txn-1"];

/**
 * Partitions in which the coordinator would write when it starts, by the archive's name.
 */
export const UNFINISHED: ReadonlyMap<string, readonly string[]> = new Map([
  ["kafka-data-dir-unclean.tar.gz", CUT_SHORT],
  ["kafka-data-dir-torn.tar.gz", CUT_SHORT],
]);

/** A part that has come must be taken off the list, and its facts be compared. */
export function skipLater(facts: Facts, expected: Expected, there: ReadonlySet<Part>): void {
  for (const [part, names] of factsOf(expected)) {
    if (there.has(part)) {
      facts.failures.push(`${part}: the node has it now, and its facts are not compared`);
    } else for (const name of names) facts.skip(part, name);
  }
}

/** By part, the names of facts that no check asks for yet. */
function factsOf({ groups, transactions, acls = [] }: Expected): ReadonlyMap<Part, string[]> {
  const groupsOf = (type: string) =>
    Object.entries(groups).filter(([, group]) => group.type === type)
      .map(([name]) => `group ${name}`);
  return new Map<Part, string[]>([
    ["transaction coordinator", transactions.map((one) => `transaction ${one.transactionalId}`)],
    ["access control", [...acls]],
    ["consumer groups", groupsOf("Consumer")],
    ["share groups", groupsOf("Share")],
  ]);
}
