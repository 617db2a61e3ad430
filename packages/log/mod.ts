export * from "./directories/checkpoints.ts";
export * from "./directories/directory.ts";
export * from "./directories/partition_directory.ts";
export * from "./epochs.ts";
export * from "./log.ts";
export * from "./open.ts";
export * from "./producers/producers.ts";
export type { LogSlice, ReadRequest } from "./reads.ts";
export * from "./timestamps.ts";
