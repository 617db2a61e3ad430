// The flags of npm run bench.

import { parseArgs } from "node:util";

export const USAGE = `npm run bench -- [flag …]

  --reactors LIST        nodes of ours that are started, by their reactors (1,2); may be empty
  --beside HOST:PORT     any other broker, which takes turns with ours in every row
  --pid P                its process
  --rounds N             figures of each row (5; with --quick 3)
  --quick                a fifth of the requests
  --only PATTERN         rows whose name fits this regular expression
  --json FILE            writes the results there
  --against FILE         compares with results that were written earlier`;

export interface Options {
  readonly reactors: readonly number[];
  readonly beside: { readonly hostPort: string; readonly pid: number } | undefined;
  readonly rounds: number;
  /** Of all amounts. */
  readonly part: number;
  readonly only: RegExp;
  readonly json: string | undefined;
  readonly against: string | undefined;
}

const QUICK_PART = 0.2;

/** Throws with words for whoever typed them. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      reactors: { type: "string", default: "1,2" },
      beside: { type: "string" },
      pid: { type: "string" },
      rounds: { type: "string" },
      quick: { type: "boolean", default: false },
      only: { type: "string", default: "" },
      json: { type: "string" },
      against: { type: "string" },
    },
  });
  const { beside, pid, quick, json, against } = values;
  if ((beside === undefined) !== (pid === undefined)) {
    throw new Error("--beside HOST:PORT and --pid P go together: its costs are read from /proc");
  }
  return {
    reactors: values.reactors.split(",").filter((one) => one !== "")
      .map((one) => count("reactors", one)),
    beside: beside === undefined
      ? undefined
      : { hostPort: beside, pid: count("pid", pid ?? "") },
    rounds: count("rounds", values.rounds ?? (quick ? "3" : "5")),
    part: quick ? QUICK_PART : 1,
    only: new RegExp(values.only),
    json,
    against,
  };
}

function count(flag: string, text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new Error(`--${flag} takes numbers from 1 on, not "${text}"`);
}
