// Transactions, their coordinator, and what partitions remember of producers.

import { boolean, int, short, table } from "../definition.ts";

export const TRANSACTIONS = table({
  // The log of transactions.
  "transaction.state.log.num.partitions": int(50, { min: 1, importance: "high" },
    "Partitions of the topic of transactions; not to be changed later."),
  "transaction.state.log.replication.factor": short(3, { min: 1, importance: "high" },
    "Replicas of the topic of transactions; unless set, as many as there are brokers, up to " +
      "this."),
  "transaction.state.log.min.isr": int(2, { min: 1, importance: "high" },
    "Replicas that must have a write to the topic of transactions; unless set, at most its " +
      "replicas."),
  "transaction.state.log.segment.bytes": int(104_857_600, { min: 1, importance: "high" },
    "Segment size, in bytes, of the topic of transactions: small, so that it compacts and loads " +
      "fast."),
  "transaction.state.log.load.buffer.size": int(5_242_880, { min: 1, importance: "high" },
    "Bytes that are read at a time while transactions are loaded; a larger batch still comes " +
      "whole."),

  // Transactions.
  "transaction.max.timeout.ms": int(900_000, { min: 1, importance: "high" },
    "The longest transaction, in ms, that a producer may ask for."),
  "transaction.abort.timed.out.transaction.cleanup.interval.ms": int(10_000,
    { min: 1, importance: "low" },
    "How often, in ms, transactions past their time are aborted."),
  "transaction.remove.expired.transaction.cleanup.interval.ms": int(3_600_000,
    { min: 1, importance: "low" },
    "How often, in ms, transactional ids that nobody used are forgotten."),
  "transactional.id.expiration.ms": int(604_800_000, { min: 1, importance: "high" },
    "How long, in ms, a transactional id is kept after its last use."),
  "transaction.partition.verification.enable": boolean(true, { importance: "low", scope: "both" },
    "Whether a leader asks the coordinator before it takes the first records of a transaction " +
      "(KIP-890)."),
  "transaction.two.phase.commit.enable": boolean(false, { importance: "low" },
    "Whether a transaction may be prepared and left for somebody else to commit (KIP-939)."),
  "add.partitions.to.txn.retry.backoff.ms": int(20, { min: 1, importance: "high" },
    "Wait, in ms, before a refused partition is added to a transaction again."),
  "add.partitions.to.txn.retry.backoff.max.ms": int(100, { min: 0, importance: "high" },
    "How long, in ms, adding a partition to a transaction is tried again."),

  // Producers.
  "producer.id.expiration.ms": int(86_400_000, { min: 1, importance: "low", scope: "both" },
    "How long, in ms, a partition remembers a producer after its last batch."),
  "producer.id.expiration.check.interval.ms": int(600_000,
    { min: 1, importance: "low", internal: true },
    "How often, in ms, partitions look for producers to forget."),
});
