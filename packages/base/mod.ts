export * from "./assert.ts";
export * from "./clock.ts";
export * from "./fault.ts";
export * from "./files.ts";
export * from "./ids.ts";
export * from "./jobs.ts";
export * from "./random.ts";
export * from "./transport.ts";
