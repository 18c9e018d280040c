// Saves what is to be on the disk before uv or a following command reads it.

import * as vscode from "vscode";
import { isBelow, pathOf } from "./paths";

/** Save those of these files that are open and changed; tell whether all could be. */
export async function saveFiles(uris: readonly string[]): Promise<boolean> {
  const paths = new Set(uris.map(pathOf));
  const unsaved = vscode.workspace.textDocuments.filter(
    (document) => document.isDirty && paths.has(pathOf(document.uri.toString())),
  );
  const saved = await Promise.all(unsaved.map((document) => document.save()));
  return saved.every(Boolean);
}

/**
 * Save what `work` edits below `root`, a URI: manifests, and files that it opens. What was not saved
 * before, and what else is typed in meanwhile, is left to the user.
 */
export async function savingChanges<Result>(
  root: string,
  work: () => PromiseLike<Result>,
): Promise<Result> {
  const open = new Set(vscode.workspace.textDocuments);
  const unsaved = new Set([...open].filter((document) => document.isDirty));
  const result = await work();
  for (const document of vscode.workspace.textDocuments) {
    const path = pathOf(document.uri.toString());
    const edited = !open.has(document) || path.endsWith("/pyproject.toml");
    if (document.isDirty && edited && !unsaved.has(document) && isBelow(path, pathOf(root)))
      await document.save();
  }
  return result;
}
