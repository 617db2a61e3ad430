// compare_kafka [--peers DIR] [AREA …]: the answers of a node beside those of Apache Kafka.
void import("./launch/run.mjs").then(({ run }) => run("test/compatibility/compare_kafka.ts"));
