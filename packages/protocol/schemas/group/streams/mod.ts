export * from "./current_member_assignment.ts";
export * from "./member_metadata.ts";
export * from "./metadata.ts";
export * from "./target_assignment_member.ts";
export * from "./target_assignment_metadata.ts";
export * from "./topology.ts";
