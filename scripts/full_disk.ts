// full_disk [--megabytes N] [--kill]: a node on a small volume that fills up under load, and what
// is left when there is room again. It mounts in a namespace of its own (Linux).
void import("./launch/run.mjs").then(({ run }) => run("test/load/full_disk.ts"));
