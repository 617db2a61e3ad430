// simulate --node|--raft (--seed N | --seeds N | --planted) [--from SEED]: a node, or a quorum of
// consensus cores, in a simulated world in which everything goes wrong, and checkers that see
// whether it keeps its promises.
void import("./launch/run.mjs").then(({ run }) => run("test/simulation/run/main.ts"));
