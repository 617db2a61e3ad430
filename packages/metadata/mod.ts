export * from "./apply.ts";
export * from "./batches.ts";
export * from "./delta.ts";
export * from "./features.ts";
export * from "./fold.ts";
export * from "./image.ts";
export * from "./persistent_map.ts";
export * from "./topic_names.ts";
