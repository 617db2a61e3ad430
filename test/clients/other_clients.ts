// Client libraries of other languages, with what it takes to install each.

import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Client } from "./client.ts";
import { runCommand } from "./run_command.ts";

const ALL = ["none", "gzip", "snappy", "lz4", "zstd"];
const program = (name: string): string =>
  fileURLToPath(new URL(`programs/${name}`, import.meta.url));

const kcat: Client = {
  name: "kcat",
  codecs: ALL,
  mayRepeat: false,
  async install() {
    const said = await runCommand("kcat", ["-V"]);
    return /Version (\S+ \(.*?\))|librdkafka (\S+)/.exec(said)?.[0] ?? said.trim();
  },
  command: () => ["bash", program("kcat.sh")],
};

/** A package with what it needs to compress, in a folder of its own. */
function python(
  name: string,
  wanted: readonly string[],
  options: { readonly file: string; readonly codecs?: readonly string[]; mayRepeat?: boolean },
): Client {
  const executable = (folder: string): string => join(folder, "venv", "bin", "python");
  return {
    name: wanted[0] ?? name,
    codecs: options.codecs ?? ALL,
    mayRepeat: options.mayRepeat ?? false,
    async install(folder) {
      await runCommand("python3", ["-m", "venv", join(folder, "venv")]);
      const flags = ["--quiet", "--disable-pip-version-check"];
      await runCommand(executable(folder), ["-m", "pip", "install", ...flags, ...wanted]);
      const ask = `import importlib.metadata as m; print(m.version("${name}"))`;
      return (await runCommand(executable(folder), ["-c", ask])).trim();
    },
    command: (folder) => [executable(folder), program(options.file)],
  };
}

/** The newest version of a module, built. */
function go(
  name: string,
  module: string,
  { file, mayRepeat = false }: { readonly file: string; readonly mayRepeat?: boolean },
): Client {
  return {
    name,
    codecs: ALL,
    mayRepeat,
    async install(folder) {
      const source = join(folder, "source");
      await mkdir(source, { recursive: true });
      await copyFile(program(file), join(source, "main.go"));
      const options = { cwd: source, env: { GOFLAGS: "-mod=mod" } };
      await runCommand("go", ["mod", "init", "client"], options);
      await runCommand("go", ["get", `${module}@latest`], options);
      await runCommand("go", ["build", "-o", join(folder, "client"), "."], options);
      const said = await runCommand("go", ["list", "-m", module], options);
      return said.trim().split(" ")[1] ?? said;
    },
    command: (folder) => [join(folder, "client")],
  };
}

/** Kafka's own, from the classpath that `--kafka` tells. */
export function javaClient(peer: string): Client {
  let classpath = "";
  return {
    name: "kafka-clients (Java)",
    codecs: ALL,
    mayRepeat: false,
    async install(folder) {
      classpath = (await runCommand(peer, ["classpath"])).trim();
      const flags = ["-cp", classpath, "-d", folder];
      await runCommand("javac", [...flags, program("JavaClient.java")]);
      return /kafka-clients-([\d.]+)\.jar/.exec(
        await runCommand("bash", ["-c", `ls -d ${classpath.replaceAll(":", " ")}`]),
      )?.[1] ?? "unknown";
    },
    command: (folder) => ["java", "-Xmx200m", "-cp", `${folder}:${classpath}`, "JavaClient"],
  };
}

export const otherClients: readonly Client[] = [
  kcat,
  python("kafka-python", ["kafka-python==2.0.2", "six", "python-snappy", "lz4", "zstandard"], {
    file: "kafka_python.py",
    mayRepeat: true,
  }),
  python("kafka-python", ["kafka-python", "python-snappy", "lz4", "zstandard"], {
    file: "kafka_python.py",
    mayRepeat: true,
  }),
  python("confluent-kafka", ["confluent-kafka"], { file: "confluent_kafka_program.py" }),
  python("aiokafka", ["aiokafka", "cramjam"], { file: "aiokafka_program.py" }),
  go("franz-go", "github.com/twmb/franz-go", { file: "franz_go.go" }),
  go("sarama", "github.com/IBM/sarama", { file: "sarama.go" }),
  go("kafka-go", "github.com/segmentio/kafka-go", { file: "kafka_go.go", mayRepeat: true }),
];
