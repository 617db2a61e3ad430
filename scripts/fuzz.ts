// fuzz [--frames N] [--files N] [--seed S] [--case N]: damaged frames and files through whatever
// decodes them.
void import("./launch/run.mjs").then(({ run }) => run("test/fuzz/main.ts"));
