// odradek cluster: the cluster's id, its brokers, and brokers that will not come back
// (kafka-cluster).

import { Admin } from "@odradek/client";
import type { CliCommand } from "../command.ts";
import { Failure } from "../failure.ts";
import { addConnectionFlags, connection } from "../flags/connection.ts";
import { integer } from "../flags/values.ts";
import { type Cell, printTable, type Row } from "../groups/table.ts";
import type { Terminal } from "../terminal.ts";

interface ClusterFlags {
  readonly json?: boolean;
  readonly id?: number;
  readonly includeFencedBrokers?: boolean;
  readonly bootstrapController?: string;
}

type Verb = (admin: Admin, flags: ClusterFlags, terminal: Terminal) => Promise<void>;

export const cluster: CliCommand = {
  name: "cluster",
  describe(program, terminal) {
    const verb = (name: string, summary: string, carryOut: Verb) => {
      const command = program.command(name).description(summary);
      addConnectionFlags(command, { withController: true });
      command.action((flags: ClusterFlags) => run(flags, terminal, carryOut));
      return command;
    };
    verb("cluster-id", "show the id of the cluster", showId)
      .option("--json", "as one JSON document");
    verb("unregister", "forget a broker that will not come back", unregister)
      .requiredOption("--id <node>", "of the broker", integer)
      .option("--json", "as one JSON document");
    verb("list-endpoints", "list the brokers and where they are reached", listEndpoints)
      .option("--include-fenced-brokers", "those as well that are not to be used")
      .option("--json", "as one JSON document");
  },
};

async function run(flags: ClusterFlags, terminal: Terminal, carryOut: Verb): Promise<void> {
  const { cluster: reached } = await connection({ ...flags }, { terminal });
  await using _ = reached;
  await carryOut(new Admin(reached), flags, terminal);
}

const showId: Verb = async (admin, { json }, terminal) => {
  const { clusterId } = await admin.describeCluster();
  if (json === true) return terminal.print(JSON.stringify({ clusterId }));
  const none = "No cluster ID found. The Kafka version is probably too old.";
  terminal.print(clusterId === null ? none : `Cluster ID: ${clusterId}`);
};

const unregister: Verb = async (admin, { id = -1, json }, terminal) => {
  await admin.unregisterBroker(id);
  if (json === true) return terminal.print(JSON.stringify({ unregistered: id }));
  terminal.print(`Broker ${id} is no longer registered.`);
};

const listEndpoints: Verb = async (admin, flags, terminal) => {
  const includeFenced = flags.includeFencedBrokers === true;
  const ofControllers = flags.bootstrapController !== undefined;
  if (ofControllers && includeFenced) {
    const why = "The option --include-fenced-brokers is only supported with --bootstrap-server";
    throw new Failure(why);
  }
  const { nodes } = await admin.describeCluster({ includeFenced });
  const endpointType = ofControllers ? "controller" : "broker";
  const sorted = [...nodes].sort((a, b) => a.id - b.id);
  if (flags.json === true) {
    return terminal.print(JSON.stringify({
      endpoints: sorted.map((node) => ({ ...node, endpointType })),
    }));
  }
  // Host and rack are as wide as the longest.
  const hasRack = sorted.some(({ rack }) => rack !== null);
  const columns = [
    { title: "ID", width: 10 },
    { title: "HOST", width: 4 },
    { title: "PORT", width: 10 },
    { title: "RACK", width: hasRack ? 4 : 10 },
    // Kafka's controllers have none.
    ...(ofControllers ? [] : [{ title: "STATE", width: 10 }]),
    { title: "ENDPOINT_TYPE", width: 15 },
  ];
  printTable(
    terminal,
    columns,
    sorted.map(({ id, host, port, rack, isFenced }): Row => [
      id,
      host,
      port,
      rack ?? "null",
      ...(ofControllers ? [] : [stateCell(isFenced)]),
      endpointType,
    ]),
  );
};

function stateCell(isFenced: boolean): Cell {
  return isFenced ? { value: "fenced", look: "warning" } : "unfenced";
}
