// odradek perf: how fast a cluster takes and gives records (kafka-producer-perf-test,
// kafka-consumer-perf-test, kafka-e2e-latency). One file per verb in perf/.

import type { CliCommand } from "../command.ts";
import { perfConsume } from "../perf/consume.ts";
import { perfEndToEnd } from "../perf/end_to_end.ts";
import { perfProduce } from "../perf/produce.ts";

const VERBS: readonly CliCommand[] = [perfProduce, perfConsume, perfEndToEnd];

export const perf: CliCommand = {
  name: "perf",
  hasProgress: true,
  describe(program, terminal) {
    for (const verb of VERBS) verb.describe(program.command(verb.name), terminal);
  },
};
