// check_vectors DIR: holds the message schemas against a folder of golden vectors.
void import("./launch/run.mjs").then(({ run }) => run("scripts/checks/vectors.ts"));
