// near_replica [--clients ours,java,kcat] [--before-s N] [--after-s N]: the node dies from which
// consumers in its rack read; they go on within a second.
void import("../launch/run.mjs").then(({ run }) => run("test/chaos/rolling/near.ts"));
