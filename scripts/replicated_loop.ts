// replicated_loop [--rounds N] [--records N] [--reactors N]: kill -9 of leaders in a cluster of
// three nodes under produce load; what was acknowledged must be there, and all replicas the same.
void import("./launch/run.mjs").then(({ run }) => run("test/integration/replicated_loop.ts"));
