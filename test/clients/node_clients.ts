// Client libraries of Node.

import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Client } from "./client.ts";
import { runCommand } from "./run_command.ts";

export interface NodeClient extends Client {
  /** Of this repository: its suites run it. */
  readonly isDependency: boolean;
}

const programs = fileURLToPath(new URL("programs", import.meta.url));

export const nodeClients: readonly NodeClient[] = [
  {
    ...nodeClient("kafkajs", "kafkajs@2.2.4", "kafkajs.mjs"),
    codecs: ["none", "gzip"],
    isDependency: true,
  },
  {
    ...nodeClient("@platformatic/kafka", "@platformatic/kafka@latest", "platformatic_kafka.mjs"),
    codecs: ["none", "gzip", "snappy", "lz4", "zstd"],
    isDependency: true,
  },
  {
    ...nodeClient("node-rdkafka", "node-rdkafka@latest", "node_rdkafka.mjs"),
    codecs: ["none", "gzip", "snappy", "lz4", "zstd"],
    isDependency: false,
    // Its native part is built for the Node that installs it.
    command: (folder) => ["node", join(folder, "programs", "node_rdkafka.mjs")],
  },
];

function nodeClient(name: string, wanted: string, program: string) {
  return {
    name,
    mayRepeat: false,
    command: (folder: string) => [process.execPath, join(folder, "programs", program)],
    async install(folder: string): Promise<string> {
      await writeFile(join(folder, "package.json"), `{"private":true,"type":"module"}`);
      await runCommand("mkdir", ["-p", join(folder, "programs")]);
      await copyFile(join(programs, program), join(folder, "programs", program));
      const flags = ["--no-audit", "--no-fund", "--ignore-scripts=false"];
      // Native parts take the librdkafka that is installed (Debian: librdkafka-dev).
      const env = { BUILD_LIBRDKAFKA: "0" };
      await runCommand("npm", ["install", "--prefix", folder, ...flags, wanted], { env });
      const manifest = join(folder, "node_modules", ...name.split("/"), "package.json");
      const { version } = JSON.parse(await readFile(manifest, "utf8")) as { version: string };
      return version;
    },
  };
}
