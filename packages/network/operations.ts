// What ACLs are about, by Kafka's numbers, and the bit sets of them that some answers carry.

import type { Operation } from "./context.ts";

const CODES: Readonly<Record<Operation, number>> = {
  Read: 3,
  Write: 4,
  Create: 5,
  Delete: 6,
  Alter: 7,
  Describe: 8,
  ClusterAction: 9,
  DescribeConfigs: 10,
  AlterConfigs: 11,
  IdempotentWrite: 12,
};

export const TOPIC_OPERATIONS: readonly Operation[] = [
  "Read",
  "Write",
  "Create",
  "Delete",
  "Alter",
  "Describe",
  "DescribeConfigs",
  "AlterConfigs",
];

export const CLUSTER_OPERATIONS: readonly Operation[] = [
  "Create",
  "Alter",
  "Describe",
  "ClusterAction",
  "DescribeConfigs",
  "AlterConfigs",
  "IdempotentWrite",
];

/** In answers: nobody asked. */
export const OPERATIONS_NOT_ASKED = -2147483648;

/** Those that are allowed, as bits. */
export function operationBits(
  operations: readonly Operation[],
  isAllowed: (operation: Operation) => boolean,
): number {
  return operations.filter(isAllowed).reduce((bits, one) => bits | (1 << CODES[one]), 0);
}
