// check_tools [--peers DIR] [--reactors N,…]: kcat and Kafka's own tools against a node, and on the
// files that it leaves.
void import("./launch/run.mjs").then(({ run }) => run("test/compatibility/check_tools.ts"));
