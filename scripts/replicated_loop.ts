// replicated_loop [--rounds N] [--records N] [--reactors N] [--faults kill,stop,pause,"kill all"]
// [--history FILE]: leaders of a cluster of three nodes fail under produce load; what was
// acknowledged must be there, and all replicas the same. FILE keeps what clients did and were told,
// for check_history.
void import("./launch/run.mjs").then(({ run }) => run("test/integration/replicated_loop.ts"));
