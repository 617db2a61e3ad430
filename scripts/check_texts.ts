// check_texts [--recorded DIR] [--write]: our commands against what Kafka's tools have said;
// --write brings the tables of docs/cli.md up to date.
void import("./launch/run.mjs").then(({ run }) => run("test/compatibility/check_texts.ts"));
