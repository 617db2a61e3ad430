// Part of npm test; on its own: node scripts/check_style.ts
void import("./launch/run.mjs").then(({ run }) => run("scripts/checks/style.ts"));
