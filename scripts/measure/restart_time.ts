// restart_time [--partitions N] [--gigabytes N] [--kilobytes N] [--reactors N]: how long a start
// takes over many partitions, after a kill and after a clean stop.
void import("../launch/run.mjs").then(({ run }) => run("test/integration/restart_time.ts"));
