// check_texts [--recorded DIR] [--show FILE]: our commands against what Kafka's tools have said.
void import("./launch/run.mjs").then(({ run }) => run("test/compatibility/check_texts.ts"));
