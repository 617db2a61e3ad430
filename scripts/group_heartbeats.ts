// group_heartbeats [--groups N] [--members N] [--seconds N]: many groups that only stay alive.
void import("./launch/run.mjs").then(({ run }) => run("test/load/group_heartbeats.ts"));
