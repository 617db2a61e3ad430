export * from "./records.ts";
export * from "./transaction_log.ts";
