// kill_brokers [--rounds N] [--seed N]: three controllers and three brokers; a broker is killed,
// one is stopped for longer than its session, and one stops again and again for a moment. When
// others lead what it led, and that nobody is fenced for nothing.
void import("../launch/run.mjs").then(({ run }) => run("test/chaos/quorum/brokers.ts"));
