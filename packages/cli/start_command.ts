// The flags of `start`. What a node is made of is loaded only when one is started.

import type { CliCommand } from "./command.ts";
import { Failure } from "./failure.ts";
import { gather } from "./flags/values.ts";
import { Hosts } from "./node/hosts.ts";

interface StartFlags {
  readonly override?: string[];
}

export const startCommand: CliCommand = {
  name: "start",
  hasProgress: true,
  describe(program, terminal) {
    program.argument("[properties]", "server.properties; without it a node of its own");
    program.option("--override <key=value>", "one property, above those of the file", gather);
    program.action(async (properties: string | undefined, { override = [] }: StartFlags) => {
      const hosts = Hosts.begin();
      const { start } = await import("./commands/start.ts");
      const exitCode = await start({
        hosts,
        properties,
        overrides: override,
        failed: (line) => terminal.remark(line, "bad"),
      });
      if (exitCode !== 0) throw new Failure("The node did not stop in order", { exitCode });
    });
  },
};
