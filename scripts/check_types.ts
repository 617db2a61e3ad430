// Part of npm test; on its own: node scripts/check_types.ts
void import("./launch/run.mjs").then(({ run }) => run("scripts/checks/types.ts"));
