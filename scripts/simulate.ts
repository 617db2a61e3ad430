// simulate --node (--seed N | --seeds N | --planted) [--from SEED]: a node in a simulated world in
// which everything goes wrong, and checkers that see whether it keeps its promises.
void import("./launch/run.mjs").then(({ run }) => run("test/simulation/run/main.ts"));
