// Data directories that a real Kafka has written, where they lie beside the project: tests that
// want them are passed over elsewhere.

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(
  new URL("../../../../shared/reference/kafka-data-dir/", import.meta.url),
);

/** Stopped in order, killed, or damaged on purpose. */
export type GoldenName = "kafka-data-dir" | "kafka-data-dir-unclean" | "kafka-data-dir-torn";

export const hasGolden = existsSync(FOLDER);

/** Unpacks one into a folder and returns its path. */
export function unpackGolden(name: GoldenName, folder: string): string {
  const archive = name === "kafka-data-dir" ? `${name}-clean` : name;
  execFileSync("tar", ["xzf", `${FOLDER}${archive}.tar.gz`, "-C", folder]);
  return `${folder}/${name}`;
}

/** What a file beside the directories says, such as `expected.json`. */
export function goldenPath(name: string): string {
  return `${FOLDER}${name}`;
}

/** The paths of all files in a folder and below whose name ends so. */
export function goldenFiles(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending)).map((name) => join(folder, name));
}
