// fuzz_log [--seeds N] [--from SEED] [--steps N] [--seed SEED]: operations on a log in any order,
// crashes included, against an array of batches. --seed prints every operation of one.
void import("./launch/run.mjs").then(({ run }) => run("test/fuzz/log/main.ts"));
