// hostile [--only frames,halves,readers,churn,pipeline] [--quick] [--seed N] [--reactors N]:
// clients that mean harm beside one that does not; fails where the node keeps not to its bounds.
void import("./launch/run.mjs").then(({ run }) => run("test/load/hostile/main.ts"));
