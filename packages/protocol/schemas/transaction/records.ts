// The records of `__transaction_state`: of one type only.

import { coordinatorDecoder, type CoordinatorRecordOf } from "../coordinator.ts";
import { coordinatorPrinter, type CoordinatorRecordJson } from "../coordinator_json.ts";
import type { KeyValue } from "../key_value.ts";
import { TransactionLog } from "./transaction_log.ts";

export const transactionRecords = [TransactionLog] as const;

/** A record of a transaction coordinator's log. */
export type TransactionRecord = CoordinatorRecordOf<(typeof transactionRecords)[number]>;

/** Undefined: a type that is not known. Throws Malformed. */
export const decodeTransactionRecord: (record: KeyValue) => TransactionRecord | undefined =
  coordinatorDecoder(transactionRecords);

/** As kafka-dump-log prints it; for `toJsonText`. */
export const transactionRecordToJson: (record: TransactionRecord) => CoordinatorRecordJson =
  coordinatorPrinter(transactionRecords);
