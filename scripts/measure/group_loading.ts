// group_loading [--commits N] [--kept N] [--rounds N]: how long a coordinator that loads its log
// holds up its thread; the median of the longest stalls is bounded.
void import("../launch/run.mjs").then(({ run }) => run("test/load/group_loading.ts"));
