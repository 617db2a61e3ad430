export * from "./broker.ts";
export * from "./controller_link.ts";
export * from "./lifecycle.ts";
export type { LogDirectory } from "./partitions/log_directories.ts";
export * from "./reactors/progress.ts";
export * from "./reactors/reactor.ts";
