// Which level each feature has in a cluster that begins with a release.

import {
  FRESH_METADATA_VERSION,
  METADATA_VERSION,
  metadataVersionName,
} from "@odradek/metadata/features";
import { Failure } from "../../failure.ts";

/** Metadata version from which on a feature has a level, the highest first; 0 before. */
const FEATURES: readonly (readonly [name: string, since: readonly [number, number][]])[] = [
  ["kraft.version", [[21, 1]]],
  ["transaction.version", [[24, 2]]],
  ["group.version", [[22, 1]]],
  ["eligible.leader.replicas.version", [[26, 1]]],
  ["share.version", [[33, 2], [28, 1]]],
  ["streams.version", [[29, 1]]],
];

/** What a release runs with, metadata.version first. */
export interface Release {
  readonly name: string;
  readonly levels: ReadonlyMap<string, number>;
}

/** `4.2` or `4.2-IV1`; undefined: what clusters are formatted with. Failure if it is unknown. */
export function releaseNamed(name: string | undefined): Release {
  const level = name === undefined ? FRESH_METADATA_VERSION : levelOf(name);
  const others = FEATURES.map(([feature, since]) =>
    [feature, since.find(([from]) => level >= from)?.[1] ?? 0] as const
  );
  return {
    name: name ?? metadataVersionName(level) ?? "",
    levels: new Map([[METADATA_VERSION, level], ...others]),
  };
}

/** A release without an addition stands for the last of it. */
function levelOf(release: string): number {
  const names = metadataVersions();
  const matches = [...names].filter(([, name]) =>
    name === release || name.startsWith(`${release}-`)
  );
  const last = matches.at(-1);
  if (last !== undefined) return last[0];
  const all = [...names.values()].join(", ");
  throw new Failure(
    `Unknown metadata.version '${release}'. Supported metadata.version are: ${all}`,
  );
}

/** By level. */
function metadataVersions(): Map<number, string> {
  const all = Array.from({ length: 100 }, (_, level) => [level, metadataVersionName(level)]);
  return new Map(all.filter((one): one is [number, string] => one[1] !== undefined));
}
