// Code lenses whose command is VS Code's own.

import type * as vscode from "vscode";
import type { Location, Position } from "vscode-languageclient/node";

export const SHOW_REFERENCES = "editor.action.showReferences";

/** What turns LSP's values into VS Code's: a part of the client library's converter. */
interface Converter {
  asUri(value: string): vscode.Uri;
  asPosition(value: Position): vscode.Position;
  asLocation(value: Location): vscode.Location;
}

/** Give VS Code's command the types that it insists on: the server's arguments are those of LSP. */
export function adaptLens({ command }: vscode.CodeLens, converter: Converter): void {
  if (command?.command !== SHOW_REFERENCES) return;
  const [uri, position, locations] = command.arguments as [string, Position, Location[]];
  command.arguments = [
    converter.asUri(uri),
    converter.asPosition(position),
    locations.map((location) => converter.asLocation(location)),
  ];
}
