// The flags of `start`. What a node is made of is loaded only when one is started.

import type { CliCommand } from "./command.ts";
import { Failure } from "./failure.ts";
import { gather } from "./flags/values.ts";
import { Hosts } from "./node/hosts.ts";
import type { Terminal } from "./terminal.ts";

interface StartFlags {
  readonly override?: string[];
  readonly cluster?: string;
  readonly port?: string;
  readonly dir?: string;
  readonly restart?: boolean;
}

export const startCommand: CliCommand = {
  name: "start",
  hasProgress: true,
  describe(program, terminal) {
    program.argument("[properties]", "server.properties; without it a node of its own");
    program.option("--override <key=value>", "one property, above those of the file", gather)
      .option("--cluster <nodes>", "so many nodes on this machine, brokers and controllers, as one")
      .option("--port <port>", "with --cluster: of the first broker, the others follow (9092)")
      .option("--dir <folder>", "with --cluster: where all of it lies (./cluster)")
      .option("--restart", "with --cluster: start a node again that has ended");
    program.action(async (properties: string | undefined, flags: StartFlags) => {
      if (flags.cluster !== undefined) return await runCluster(properties, flags, terminal);
      refuseClusterFlags(flags);
      const hosts = Hosts.begin();
      const { start } = await import("./commands/start.ts");
      const exitCode = await start({
        hosts,
        properties,
        overrides: flags.override ?? [],
        failed: (line) => terminal.remark(line, "bad"),
      });
      if (exitCode !== 0) throw new Failure("The node did not stop in order", { exitCode });
    });
  },
};

async function runCluster(
  properties: string | undefined,
  flags: StartFlags,
  terminal: Terminal,
): Promise<void> {
  if (properties !== undefined) {
    throw new Failure(
      `--cluster makes a server.properties for each node: leave "${properties}" away`,
    );
  }
  const { startCluster } = await import("./commands/start_cluster.ts");
  await startCluster({ ...flags, cluster: flags.cluster ?? "" }, terminal);
}

function refuseClusterFlags({ port, dir, restart }: StartFlags): void {
  const given = [["--port", port], ["--dir", dir], ["--restart", restart]] as const;
  const [flag] = given.find(([, value]) => value !== undefined) ?? [];
  if (flag === undefined) return;
  throw new Failure(`${flag} goes with --cluster; one node takes --override listeners=, log.dirs=`);
}
