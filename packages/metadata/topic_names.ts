// Which names a topic may have. "." and "_" become one in metric names, so two topics may not
// differ only there.

import type { ClusterImage } from "./image.ts";

const LENGTH_MAX = 249;

/** Why a name is illegal; undefined if it is not. */
export function problemOfTopicName(name: string): string | undefined {
  if (name === "") return "the empty string is not allowed";
  if (name === "." || name === "..") return `'${name}' is not allowed`;
  if (name.length > LENGTH_MAX) {
    return `the length of '${name}' is longer than the max allowed length ${LENGTH_MAX}`;
  }
  if (/^[a-zA-Z0-9._-]+$/.test(name)) return undefined;
  return `'${name}' contains one or more characters other than ASCII alphanumerics, ` +
    `'.', '_' and '-'`;
}

/** A topic whose name differs from this one in "." and "_" only. */
export function collidingTopic(image: ClusterImage, name: string): string | undefined {
  if (!/[._]/.test(name)) return undefined;
  const folded = name.replaceAll(".", "_");
  for (const [other] of image.topicIds) {
    if (other !== name && other.replaceAll(".", "_") === folded) return other;
  }
  return undefined;
}
