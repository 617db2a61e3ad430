export * from "./batch.ts";
export * from "./builder.ts";
export * from "./compression.ts";
export * from "./record.ts";
