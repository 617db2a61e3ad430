// groups --validate-regex: whether brokers would take a regular expression for topics. They speak
// RE2: as here, but without looking around and without references back.

import { reason } from "@odradek/base";
import { Failure } from "../failure.ts";
import type { GroupsContext } from "./flags.ts";

/** Failure if it is none. */
export function validateRegex({ flags, terminal }: GroupsContext): Promise<void> {
  const text = flags.validateRegex ?? "";
  const problem = problemOf(text);
  if (flags.json === true) {
    terminal.print(JSON.stringify({ pattern: text, isValid: problem === undefined, problem }));
    return problem === undefined ? Promise.resolve() : Promise.reject(new Failure(""));
  }
  const verdict = problem === undefined ? "valid." : `invalid: ${problem}`;
  const message = `The regular expression \`${text}\` is ${verdict}`;
  if (problem !== undefined) return Promise.reject(new Failure(message, { to: "stdout" }));
  terminal.print(message);
  return Promise.resolve();
}

function problemOf(text: string): string | undefined {
  if (/\(\?<?[=!]/.test(text)) return "it looks ahead or behind";
  if (/\\[1-9]/.test(text)) return "it refers back to a group";
  try {
    new RegExp(text.replaceAll("(?P<", "(?<"), "u");
    return undefined;
  } catch (error) {
    return reason(error);
  }
}
