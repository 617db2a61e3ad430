// odradek dump-log: shows what is in the files of a log (kafka-dump-log). Needs no node.

import { Option } from "commander";
import type { CliCommand } from "../command.ts";
import { contentText } from "../console/content_text.ts";
import { contentDecoder, type RecordDecoder } from "../dump/decoders/record_decoder.ts";
import { dumpFile, type DumpOptions } from "../dump/dump.ts";
import { Findings } from "../dump/findings.ts";
import { JsonOutput } from "../dump/json_output.ts";
import { TextOutput } from "../dump/output.ts";
import { coordinatorLogDecoder } from "../dump/decoders/coordinator_decoder.ts";
import { groupLog, shareLog, transactionLog } from "../dump/decoders/coordinator_logs.ts";
import { decodeMetadata } from "../dump/decoders/metadata_decoder.ts";
import { Failure } from "../failure.ts";
import { integer } from "../flags/values.ts";
import type { Terminal } from "../terminal.ts";

interface DumpFlags {
  readonly files: string;
  readonly format: "seed" | "4";
  readonly deepIteration?: boolean;
  readonly printDataLog?: boolean;
  readonly skipRecordMetadata?: boolean;
  readonly verifyIndexOnly?: boolean;
  readonly indexSanityCheck?: boolean;
  readonly clusterMetadataDecoder?: boolean;
  readonly offsetsDecoder?: boolean;
  readonly transactionLogDecoder?: boolean;
  readonly shareGroupStateDecoder?: boolean;
  readonly remoteLogMetadataDecoder?: boolean;
  readonly keyDecoder?: string | true;
  readonly valueDecoder?: string | true;
  readonly keyDecoderClass?: string | true;
  readonly valueDecoderClass?: string | true;
  readonly maxBytes?: number;
  readonly json?: boolean;
}

export const dumpLog: CliCommand = {
  name: "dump-log",
  hasProgress: true,
  describe(program, terminal) {
    program
      .requiredOption(
        "--files <a,b,…>",
        ".log, .checkpoint, .index, .timeindex, .txnindex, .snapshot",
      )
      .option("--print-data-log", "show keys and values")
      .option("--deep-iteration", "show records, not just batches")
      .option("--skip-record-metadata", "of records show nothing but keys and values")
      .option("--cluster-metadata-decoder", "the log is __cluster_metadata")
      .option("--offsets-decoder", "the log is __consumer_offsets")
      .option("--transaction-log-decoder", "the log is __transaction_state")
      .option("--share-group-state-decoder", "the log is __share_group_state")
      .option("--key-decoder [name]", "string, json, hex, integer, long")
      .option("--value-decoder [name]", "the same for values")
      .option("--verify-index-only", "check indexes against the log, and do not show them")
      .option("--index-sanity-check", "check indexes for themselves, as brokers do at start")
      .option("--max-bytes <n>", "of each log", integer)
      .option("--max-message-size <n>", "accepted, and not needed", integer)
      .option("--json", "as one JSON document");
    program.addOption(
      new Option("--format <name>", "seed, or 4 for that of Kafka 4").choices(["seed", "4"])
        .default("seed"),
    );
    for (const old of ["--key-decoder-class [name]", "--value-decoder-class [name]"]) {
      program.addOption(new Option(old).hideHelp());
    }
    program.addOption(new Option("--remote-log-metadata-decoder").hideHelp());
    program.action((flags: DumpFlags) => run(flags, terminal));
  },
};

async function run(flags: DumpFlags, terminal: Terminal): Promise<void> {
  const options = dumpOptions(flags);
  const findings = new Findings();
  const Output = flags.json === true ? JsonOutput : TextOutput;
  const output = new Output(terminal, options);
  for (const path of flags.files.split(",")) {
    await dumpFile(path, { options, terminal, output, findings });
  }
  output.end(findings.lines());
  if (findings.areBad) throw new Failure("");
}

function dumpOptions(flags: DumpFlags): DumpOptions {
  const decoder = decoderOf(flags);
  return {
    format: flags.format,
    decoder,
    isDeep: flags.deepIteration === true || decoder !== undefined,
    skipRecordMetadata: flags.skipRecordMetadata === true,
    maxBytes: flags.maxBytes ?? Number.POSITIVE_INFINITY,
    verifyOnly: flags.verifyIndexOnly === true,
    sanityOnly: flags.indexSanityCheck === true,
  };
}

/** Undefined: keys and values are not shown. */
function decoderOf(flags: DumpFlags): RecordDecoder | undefined {
  const { format } = flags;
  if (flags.offsetsDecoder === true) return coordinatorLogDecoder(groupLog, format);
  if (flags.transactionLogDecoder === true) return coordinatorLogDecoder(transactionLog, format);
  if (flags.shareGroupStateDecoder === true) return coordinatorLogDecoder(shareLog, format);
  if (flags.clusterMetadataDecoder === true) return decodeMetadata;
  if (flags.remoteLogMetadataDecoder === true) {
    throw new Failure("--remote-log-metadata-decoder is not built: there is no tiered storage");
  }
  const key = flags.keyDecoder ?? flags.keyDecoderClass;
  const value = flags.valueDecoder ?? flags.valueDecoderClass;
  if (flags.printDataLog !== true && (key ?? value) === undefined) return undefined;
  const named = (name: string | true | undefined) =>
    contentText(name === undefined || name === true ? "string" : name);
  return contentDecoder(named(key), named(value));
}
