// rolling_restart [--clients ours,kafkajs,kcat,java] [--rounds N] [--pause-s N] [--every-ms N]
// [--quiet-s N] [--reactors N] [--of kafka]: three nodes are restarted one after the other while
// clients work; no call fails.
void import("../launch/run.mjs").then(({ run }) => run("test/chaos/rolling/main.ts"));
