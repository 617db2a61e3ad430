// slow_syncs [--seconds N]: 16 syncs that take 2 s each, made so by strace, beside a client that
// waits for none of them.
void import("./launch/run.mjs").then(({ run }) => run("test/load/slow_syncs.ts"));
