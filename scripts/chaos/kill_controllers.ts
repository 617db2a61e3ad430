// kill_controllers [--rounds N] [--seed N]: three controllers and three brokers; the active
// controller is killed, another time stopped, and then all six are killed. For how long nobody
// takes a CreateTopics, and that nothing is lost.
void import("../launch/run.mjs").then(({ run }) => run("test/chaos/quorum/controllers.ts"));
