// check_data_dir TAR EXPECTED.json: starts a node on a copy of a data directory of Apache Kafka,
// and compares what clients see with what they saw there.
void import("./launch/run.mjs").then(({ run }) => run("test/data_directory/check_data_dir.ts"));
