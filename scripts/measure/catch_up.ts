// catch_up [--mb N] [--records-s N] [--quiet-s N] [--throttle-mb N] [--reactors N]: how fast a
// follower that was away catches up, and what p99 those who write see meanwhile.
void import("../launch/run.mjs").then(({ run }) => run("test/integration/catch_up.ts"));
