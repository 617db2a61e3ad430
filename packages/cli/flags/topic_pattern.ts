// Topics by pattern, as Kafka's tools read it: a regular expression for the whole name, in which a
// comma stands for "or", and blanks and quotes around it for nothing.

import { Failure } from "../failure.ts";

/** Failure if it is no regular expression. */
export function topicPattern(text: string): (topic: string) => boolean {
  const source = text.trim().replaceAll(",", "|").replaceAll(" ", "")
    .replace(/^["']+/, "").replace(/["']+$/, "");
  try {
    const pattern = new RegExp(`^(?:${source})$`, "u");
    return (topic) => pattern.test(topic);
  } catch {
    throw new Failure(`${text} is an invalid regex.`);
  }
}
