// What "Report Issue" fills in. Pure.

export interface IssueFacts {
  readonly extension: string;
  /** What runs, or why nothing does. */
  readonly server: string;
  /** The version of uv, null where none was found, undefined where it is not known. */
  readonly uv: string | null | undefined;
  readonly editor: string;
  readonly system: string;
}

/** The text of a new issue: what to write, and the versions. No paths and no names of the user's. */
export function issueBody({ extension, server, uv, editor, system }: IssueFacts): string {
  return [
    "What happened, and what did you expect?",
    "",
    "",
    "The smallest `pyproject.toml` files that show it:",
    "",
    "",
    `- Extension: ${extension}`,
    `- Server: ${server}`,
    `- uv: ${uv === null ? "not found" : (uv ?? "unknown")}`,
    `- VS Code: ${editor}`,
    `- System: ${system}`,
    "",
  ].join("\n");
}
