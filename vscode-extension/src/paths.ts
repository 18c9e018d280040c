// File URIs as the server and VS Code write them. Pure.

/** The path of a file URI, with `/` and without a percent sign, so that two spellings compare equal. */
export function pathOf(uri: string): string {
  const path = decodeURIComponent(uri.replace(/^file:\/\/[^/]*/, ""));
  // a drive letter has no case; VS Code writes it small and Python does not
  return path
    .replace(/^\/([A-Z]):/, (_, drive: string) => `/${drive.toLowerCase()}:`)
    .replace(/(?<=.)\/$/, "");
}

/** Whether a path is a directory's or lies in it; both as `pathOf` writes them. */
export function isBelow(path: string, directory: string): boolean {
  return (
    path === directory || path.startsWith(directory.endsWith("/") ? directory : `${directory}/`)
  );
}

/** The path of one URI relative to another's, `.` for the same. */
export function relativePath(from: string, to: string): string {
  const source = pathOf(from).split("/");
  const target = pathOf(to).split("/");
  let common = 0;
  while (common < source.length && common < target.length && source[common] === target[common])
    common += 1;
  return [...source.slice(common).map(() => ".."), ...target.slice(common)].join("/") || ".";
}
