export * from "./partition_delete_metadata.ts";
export * from "./records.ts";
export * from "./segment_metadata.ts";
export * from "./segment_metadata_snapshot.ts";
export * from "./segment_metadata_update.ts";
