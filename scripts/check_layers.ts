// Part of npm test; on its own: node scripts/check_layers.ts
void import("./launch/run.mjs").then(({ run }) => run("scripts/checks/layers.ts"));
