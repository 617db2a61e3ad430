// check_history [--allow KIND,…] [--examples N] FILE…: what clients of any Kafka recorded of their
// operations, as JSON lines (docs/histories.md), looked through for records that were lost, are
// there twice, in another order or at another offset, for offsets that went back, and the like.
void import("./launch/run.mjs").then(({ run }) => run("test/history/main.ts"));
