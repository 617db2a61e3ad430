// write_configuration: docs/configuration.md anew, after a change of the tables of configs.
void import("./launch/run.mjs").then(({ run }) => run("scripts/docs/configuration.ts"));
