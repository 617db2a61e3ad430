export * from "./api.ts";
export * from "./array.ts";
export * from "./codec.ts";
export * from "./field.ts";
export * from "./primitives.ts";
export * from "./struct.ts";
