export * from "./checkpoint_file.ts";
export * from "./controller.ts";
export * from "./quorum_replica.ts";
