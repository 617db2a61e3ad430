// What the main thread of a node needs of its controller. The quorum replica has modules of its
// own, which only its thread loads.

export * from "./checkpoint_file.ts";
export * from "./gauges/quorum_gauges.ts";
export type { ControllerPlace } from "./quorum_replica.ts";
