// idle_cost [--only partitions,connections,groups] [--partitions N] [--connections N] [--groups N]
// [--reactors N]: what partitions, connections and groups cost a node while nobody uses them.
void import("./launch/run.mjs").then(({ run }) => run("test/load/idle_cost.ts"));
