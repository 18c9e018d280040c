// Saves what a command edits: uv and a following sync read the files as they are on the disk.

import * as vscode from "vscode";
import { isBelow, pathOf } from "./paths";

/** Save what `work` changes below `root`, a URI; what was not saved before is left to the user. */
export async function savingChanges<Result>(
  root: string,
  work: () => PromiseLike<Result>,
): Promise<Result> {
  const unsaved = () => vscode.workspace.textDocuments.filter((document) => document.isDirty);
  const before = new Set(unsaved());
  const result = await work();
  for (const document of unsaved())
    if (!before.has(document) && isBelow(pathOf(document.uri.toString()), pathOf(root)))
      await document.save();
  return result;
}
