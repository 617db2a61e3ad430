// Measures nodes of ours, and beside them any other broker: row by row in turn, the order changing
// from round to round, so that what disturbs one disturbs all. Prints a table.

import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { reason } from "@odradek/base";
import { Loads } from "./loads.ts";
import { type Options, readOptions, USAGE } from "./options.ts";
import { type Plan, plans } from "./plan.ts";
import { measureRate } from "./rate.ts";
import { measureIdle, measureStart } from "./rest.ts";
import { Collected, type Figures, type Results } from "./results.ts";
import { besideSubject, ownSubject, type Subject } from "./subjects.ts";
import { numberText, tableOf } from "./table.ts";
import { Topics } from "./topics.ts";

/** Of a round, before the first that counts: compilers optimize what runs often. */
const WARM_PART = 0.3;

/** A broker with what a run keeps of it. */
interface Measured {
  readonly subject: Subject;
  readonly topics: Topics;
  readonly loads: Loads;
}

async function main(args: readonly string[]): Promise<void> {
  if (args.includes("--help")) return console.log(USAGE);
  const options = readOptions(args);
  const before = options.against === undefined ? undefined : stored(options.against);
  const subjects: Subject[] = [];
  try {
    for (const reactors of options.reactors) subjects.push(await ownSubject(reactors));
    const { beside } = options;
    if (beside !== undefined) subjects.push(besideSubject(beside.hostPort, beside.pid));
    const results = await measureAll(options, subjects);
    console.log(tableOf(results, before));
    if (options.json !== undefined) {
      writeFileSync(options.json, `${JSON.stringify(results, undefined, 1)}\n`);
    }
  } finally {
    for (const subject of subjects) await subject.end();
  }
}

async function measureAll(options: Options, subjects: readonly Subject[]): Promise<Results> {
  const { rounds } = options;
  const all = subjects.map((subject): Measured => {
    const topics = new Topics(subject);
    return { subject, topics, loads: new Loads(subject, topics) };
  });
  const collected = new Collected();
  await runRound(planned(options, WARM_PART), all, (row, name) => {
    console.error(`warming up  ${row}  ${name}`);
  });
  for (let round = 0; round < rounds; round++) {
    const inTurn = round % 2 === 0 ? all : all.toReversed();
    await runRound(planned(options), inTurn, (row, subject, figures) => {
      collected.add(row, { subject, round }, figures);
      console.error(`round ${round + 1}  ${row}  ${subject}  ${brief(figures)}`);
    });
  }
  for (const { topics } of all) await topics.close();
  return {
    when: new Date().toISOString(),
    node: process.version,
    processors: availableParallelism(),
    rounds,
    subjects: subjects.map(({ name }) => name),
    rows: collected.rows,
  };
}

/** The rows that are wanted; `warmPart`: only those that warm a broker up, and so much of them. */
function planned({ part, only }: Options, warmPart?: number): Plan[] {
  const all = plans(part * (warmPart ?? 1)).filter(({ name }) => only.test(name));
  if (warmPart === undefined) return all;
  return all.filter(({ kind }) => kind === "produce" || kind === "fetch");
}

async function runRound(
  wanted: readonly Plan[],
  all: readonly Measured[],
  take: (row: string, subject: string, figures: Figures) => void,
): Promise<void> {
  for (const plan of wanted) {
    for (const one of all) {
      // Only nodes of ours can be started.
      if (plan.kind === "start" && one.subject.reactors === undefined) continue;
      try {
        take(plan.name, one.subject.name, await measure(plan, one));
      } catch (error) {
        // One row of a long run is not worth the others: it has a hole, and the run has failed.
        console.error(`FAILED  ${plan.name}  ${one.subject.name}  ${reason(error)}`);
        process.exitCode = 1;
      }
    }
  }
}

async function measure(plan: Plan, { subject, topics, loads }: Measured): Promise<Figures> {
  switch (plan.kind) {
    case "start":
      return await measureStart(subject);
    case "idle":
      return await measureIdle(plan, subject);
    case "rate":
      return await measureRate(plan, subject, topics);
    default:
      return await loads.measure(plan);
  }
}

function brief(figures: Figures): string {
  return Object.entries(figures).map(([metric, value]) => `${metric} ${numberText(value)}`)
    .join(", ");
}

function stored(file: string): Results {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Results;
  } catch (error) {
    throw new Error(`Cannot compare with "${file}": ${reason(error)}`, { cause: error });
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(`bench: ${reason(error)}`);
  process.exit(1);
}
