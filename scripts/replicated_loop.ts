// replicated_loop [--rounds N] [--records N] [--reactors N] [--faults kill,stop,pause,"kill all"]:
// leaders of a cluster of three nodes fail under produce load; what was acknowledged must be there,
// and all replicas the same.
void import("./launch/run.mjs").then(({ run }) => run("test/integration/replicated_loop.ts"));
