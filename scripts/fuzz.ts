// fuzz [--frames N] [--requests N] [--files N] [--seed S] [--case N]: damaged frames and files
// through whatever decodes them, odd requests to simulated nodes.
void import("./launch/run.mjs").then(({ run }) => run("test/fuzz/main.ts"));
