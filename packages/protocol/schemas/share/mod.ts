export * from "./records.ts";
export * from "./share_snapshot.ts";
export * from "./share_update.ts";
