// Facts that wait for a later part of the project, each named by what it waits for; and how many
// they are in each of the reference's directories: neither more nor fewer may be skipped.

import { ConsumerGroupDescribe } from "@odradek/protocol/messages/consumer_group_describe";
import { DescribeAcls } from "@odradek/protocol/messages/describe_acls";
import { DescribeClientQuotas } from "@odradek/protocol/messages/describe_client_quotas";
import { DescribeConfigs } from "@odradek/protocol/messages/describe_configs";
import { DescribeTransactions } from "@odradek/protocol/messages/describe_transactions";
import {
  DescribeUserScramCredentials,
} from "@odradek/protocol/messages/describe_user_scram_credentials";
import { ShareGroupDescribe } from "@odradek/protocol/messages/share_group_describe";
import type { Expected } from "./expected.ts";
import type { Facts } from "./facts.ts";

/** A part is there when a node offers the API by which its facts are asked for. */
export const PARTS = {
  /** Answers, but reads nothing from its topic yet. */
  "group coordinator": -1,
  "configurations": DescribeConfigs.key,
  "client quotas": DescribeClientQuotas.key,
  "transaction coordinator": DescribeTransactions.key,
  "access control": DescribeAcls.key,
  "SCRAM": DescribeUserScramCredentials.key,
  "consumer groups": ConsumerGroupDescribe.key,
  "share groups": ShareGroupDescribe.key,
} as const;

export type Part = keyof typeof PARTS;

/** By the archive's name. */
export const SKIPPED: ReadonlyMap<string, number> = new Map([
  ["kafka-data-dir-clean.tar.gz", 66],
  ["kafka-data-dir-unclean.tar.gz", 12],
  ["kafka-data-dir-torn.tar.gz", 12],
]);

const CUT_SHORT = ["__transaction_state-3", "od-u-txn-0", "od-u-txn-1"];

/**
 * Partitions in which the coordinator would write when it starts, by the archive's name.
 */
export const UNFINISHED: ReadonlyMap<string, readonly string[]> = new Map([
  ["kafka-data-dir-unclean.tar.gz", CUT_SHORT],
  ["kafka-data-dir-torn.tar.gz", CUT_SHORT],
]);

export function skipLater(
  facts: Facts,
  expected: Expected,
  isThere: (part: Part) => boolean,
): void {
  for (const [part, names] of Object.entries(factsOf(expected))) {
    if (isThere(part as Part)) {
      facts.failures.push(`${part}: the node has it now, and its facts are not compared`);
    } else for (const name of names) facts.skip(part, name);
  }
}

/** By part, the names of facts that no check asks for yet. */
function factsOf(expected: Expected): Readonly<Record<Part, readonly string[]>> {
  const { topics, dynamicConfigs, clientQuotas, transactions, acls, scram } = expected;
  const groups = (type: string) =>
    Object.entries(expected.groups).filter(([, group]) => group.type === type)
      .map(([name]) => `group ${name}`);
  return {
    "group coordinator": [
      ...groups("Classic"),
      ...Object.entries(expected.groups).flatMap(([name, { offsets = {} }]) =>
        Object.keys(offsets).map((of) => `offset of group ${name} for ${of}`)
      ),
    ],
    "configurations": [...Object.keys(topics), ...Object.keys(dynamicConfigs ?? {})]
      .map((name) => `configuration of ${name}`),
    "client quotas": (clientQuotas ?? []).map(({ entity }) => `quota of ${JSON.stringify(entity)}`),
    "transaction coordinator": transactions
      .map(({ transactionalId }) => `transaction ${transactionalId}`),
    "access control": acls ?? [],
    "SCRAM": Object.keys(scram ?? {}).map((name) => `user ${name}`),
    "consumer groups": groups("Consumer"),
    "share groups": groups("Share"),
  };
}
