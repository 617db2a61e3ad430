// What the main thread of a node needs of its broker. The reactors have modules of their own, which
// only their threads load.

export * from "./broker.ts";
export type { CheckpointEntry } from "./checkpoint_files.ts";
export * from "./controller_link.ts";
export * from "./lifecycle.ts";
export {
  allOffline,
  isOffline,
  type LogDirectory,
  online,
  unusableDirectory,
} from "./partitions/log_directories.ts";
export type { ListenerPlace } from "./reactors/listeners.ts";
export * from "./reactors/progress.ts";
