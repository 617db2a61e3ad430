// odradek storage random-uuid: an id for a cluster or a directory.

import { randomUuid, systemRandom } from "@odradek/base";
import type { CliCommand } from "../../command.ts";

export const randomId: CliCommand = {
  name: "random-uuid",
  describe(program, terminal) {
    program.description("print a random id").action(() => {
      terminal.print(randomUuid(systemRandom));
    });
  },
};
