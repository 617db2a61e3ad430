// check_kafka_reads [--peers DIR]: Apache Kafka on the directories that a node of ours has left,
// stopped or killed, and a node of ours on what Kafka made of them.
void import("./launch/run.mjs").then(({ run }) => run("test/data_directory/check_kafka_reads.ts"));
