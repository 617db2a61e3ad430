// run [--seed N] [--minutes N] [--faults N] [--reactors N] [--history FILE]: three nodes in three
// racks, each in a network of its own, under random faults; nothing acknowledged may be lost. One
// seed has one plan of faults. Needs Linux, and the right to make network namespaces.
void import("../launch/run.mjs").then(({ run }) => run("test/chaos/main.ts"));
