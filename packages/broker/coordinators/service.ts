// What requests ask of coordinators, as calls that name the partition and carry plain values: the
// same whether the partition belongs to this reactor or to another one.

import type { Outcome } from "../partitions/refused.ts";
import type { PartitionRef } from "../partitions/service.ts";

export interface CoordinatorService {
  /** The reply to a command, when what it decided is committed. */
  ask(partition: PartitionRef, command: unknown): Promise<Outcome<object>>;
  /** Answered from what is committed. */
  query(partition: PartitionRef, query: unknown): Promise<Outcome<object>>;
  /** By all coordinators of a topic; those that have just been lost are left out. */
  queryAll(topic: string, query: unknown): Promise<readonly Outcome<object>[]>;
}
