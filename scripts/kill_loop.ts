// kill_loop [--rounds N] [--seed N] [--reactors N]: kill -9 in a loop under produce load; what was
// acknowledged must be there.
void import("./launch/run.mjs").then(({ run }) => run("test/integration/kill_loop.ts"));
