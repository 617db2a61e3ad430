// npm run bench: what a node costs and how fast it answers; alone, or beside any other broker.
void import("./launch/run.mjs").then(({ run }) => run("scripts/bench/main.ts"));
