export * from "./consumer_protocol_assignment.ts";
export * from "./consumer_protocol_subscription.ts";
export * from "./group_metadata.ts";
export * from "./legacy_offset_commit.ts";
export * from "./offset_commit.ts";
export * from "./records.ts";
