export * from "./aborted_txn.ts";
export * from "./producer_snapshot.ts";
