export * from "./control_record_type.ts";
export * from "./end_txn_marker.ts";
export * from "./kraft_version.ts";
export * from "./leader_change.ts";
export * from "./records.ts";
export * from "./snapshot_footer.ts";
export * from "./snapshot_header.ts";
export * from "./voters.ts";
