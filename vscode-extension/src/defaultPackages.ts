// Reads and writes `default-packages` in the text of a root's `pyproject.toml`. Pure; offsets are UTF-16 units.
// What is known of TOML here is where keys and values begin and end. Everything else stays as it is written.

export type Home = "ws-lsp" | "uv";

export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly newText: string;
}

export interface Entry {
  readonly name: string;
  /** As it is written, with its quotes. */
  readonly source: string;
  /** The comments on the lines above it. */
  readonly above: readonly string[];
  /** The comments behind it. */
  readonly behind: readonly string[];
}

interface Setting {
  readonly home: Home;
  readonly start: number;
  readonly end: number;
}

/** The tables that hold the setting; that of the first one counts. */
export const HOMES: readonly Home[] = ["ws-lsp", "uv"];

const KEY = "default-packages";

/** The table that holds the setting, undefined where there is none. */
export function homeOf(text: string): Home | undefined {
  return settingOf(text)?.home;
}

/**
 * The edit that makes `names` the default packages. Entries that stay keep their place, their spelling and
 * their comments; new ones come last. Without the setting it is put into `home`.
 */
export function setDefaultPackages(
  text: string,
  names: readonly string[],
  home: Home = "ws-lsp",
): TextEdit {
  const setting = settingOf(text);
  if (setting === undefined) return insertion(text, home, names);
  const { start, end } = setting;
  const value = text.slice(start, end);
  const entries = value.startsWith("[") ? entriesOf(value) : [];
  const kept = entries.filter((entry) =>
    names.some((name) => normalise(name) === normalise(entry.name)),
  );
  const added = names.filter(
    (name) => !kept.some((entry) => normalise(entry.name) === normalise(name)),
  );
  const all: Entry[] = [
    ...kept,
    ...added.map((name) => ({ name, source: JSON.stringify(name), above: [], behind: [] })),
  ];
  return { start, end, newText: arrayOf(all, value, lineBreakOf(text)) };
}

/** PEP 503. */
export function normalise(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, "-");
}

// ------------------------------------------------------------------------- reading

function settingOf(text: string): Setting | undefined {
  const found: Setting[] = [];
  for (const { path, start, end } of keyValues(text)) {
    const home = HOMES.find(
      (one) => path.length === 3 && path[0] === "tool" && path[1] === one && path[2] === KEY,
    );
    if (home !== undefined) found.push({ home, start, end });
  }
  return found.sort((one, other) => HOMES.indexOf(one.home) - HOMES.indexOf(other.home))[0];
}

interface KeyValue {
  readonly path: readonly string[];
  /** Where the value begins and ends. */
  readonly start: number;
  readonly end: number;
}

const HEADER = /[ \t]*(\[\[?)([^\]\n]*)\]\]?[^\n]*/y;
const DOTTED_KEY =
  /[ \t]*((?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[\w-]+)(?:[ \t]*\.[ \t]*(?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[\w-]+))*)[ \t]*=[ \t]*/y;
const KEY_PART = /"((?:[^"\\]|\\.)*)"|'([^']*)'|([\w-]+)/g;
const LINE = /[^\n]*(?:\n|$)/y;

function* keyValues(text: string): Generator<KeyValue> {
  let table: readonly string[] = [];
  let at = 0;
  while (at < text.length) {
    const header = match(HEADER, text, at);
    if (header) {
      table = header[1] === "[" ? partsOf(header[2] ?? "") : []; // nothing of ours is in an array of tables
      at = HEADER.lastIndex;
    } else {
      const key = match(DOTTED_KEY, text, at);
      if (key) {
        const start = DOTTED_KEY.lastIndex;
        const end = endOfValue(text, start);
        yield { path: [...table, ...partsOf(key[1] ?? "")], start, end };
        at = end;
      }
    }
    match(LINE, text, at);
    at = Math.max(LINE.lastIndex, at + 1);
  }
}

function partsOf(key: string): string[] {
  return [...key.matchAll(KEY_PART)].map((part) => part[1] ?? part[2] ?? part[3] ?? "");
}

const STRING =
  /"""[\s\S]*?(?:"{3,5}|$)|'''[\s\S]*?(?:'{3,5}|$)|"(?:[^"\\\n]|\\.)*(?:"|(?=\n)|$)|'[^'\n]*(?:'|(?=\n)|$)/y;

/** Where the value that begins at `start` ends; an unfinished one ends with the text. */
function endOfValue(text: string, start: number): number {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    const letter = text[at] ?? "";
    if (letter === '"' || letter === "'") {
      match(STRING, text, at);
      at = STRING.lastIndex;
      if (depth === 0) return at;
      continue;
    }
    if (depth === 0 && /[\r\n#]/.test(letter)) break;
    if (letter === "#") {
      match(LINE, text, at);
      at = LINE.lastIndex;
      continue;
    }
    if (letter === "[" || letter === "{") depth += 1;
    if (letter === "]" || letter === "}") {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
    at += 1;
  }
  return start + text.slice(start, at).trimEnd().length;
}

const ITEM = /("(?:[^"\\\n]|\\.)*"|'[^'\n]*')|(#[^\r\n]*)|(\r?\n)/g;

/** The strings of an array, each with its comments: those on its own line behind it, and those above it. */
export function entriesOf(array: string): Entry[] {
  const entries: (Entry & { readonly behind: string[] })[] = [];
  let above: string[] = [];
  let sameLine = false; // whether an entry stands on this line already
  for (const [whole, source, comment] of array.matchAll(ITEM)) {
    if (source !== undefined) {
      const name = source.startsWith("'") ? source.slice(1, -1) : unescape(source);
      entries.push({ name, source, above, behind: [] });
      above = [];
      sameLine = true;
    } else if (comment !== undefined) {
      if (sameLine) entries.at(-1)?.behind.push(comment);
      else above.push(comment);
    } else if (whole.endsWith("\n")) {
      sameLine = false;
    }
  }
  return entries;
}

function unescape(source: string): string {
  try {
    return JSON.parse(source) as string;
  } catch {
    return source.slice(1, -1);
  }
}

// ------------------------------------------------------------------------- writing

function arrayOf(entries: readonly Entry[], before: string, lineBreak: string): string {
  if (entries.length === 0) return "[]";
  if (!before.includes("\n")) return `[${entries.map((entry) => entry.source).join(", ")}]`;
  const indent = /\n([ \t]+)\S/.exec(before)?.[1] ?? "    ";
  const lines = entries.flatMap(({ source, above, behind }) => [
    ...above,
    [`${source},`, ...behind].join("  "),
  ]);
  return ["[", ...lines.map((line) => indent + line), "]"].join(lineBreak);
}

function insertion(text: string, home: Home, names: readonly string[]): TextEdit {
  const lineBreak = lineBreakOf(text);
  const line = `${KEY} = [${names.map((name) => JSON.stringify(name)).join(", ")}]`;
  for (const header of text.matchAll(/^[ \t]*\[([^[\]\n]*)\][ \t]*(?:#[^\n]*)?(?:\r?\n|$)/gm)) {
    const parts = partsOf(header[1] ?? "");
    if (parts.length === 2 && parts[0] === "tool" && parts[1] === home) {
      const at = header.index + header[0].length;
      return {
        start: at,
        end: at,
        newText: `${header[0].endsWith("\n") ? "" : lineBreak}${line}${lineBreak}`,
      };
    }
  }
  const gap = text === "" ? "" : text.endsWith("\n") ? lineBreak : lineBreak + lineBreak;
  return {
    start: text.length,
    end: text.length,
    newText: `${gap}[tool.${home}]${lineBreak}${line}${lineBreak}`,
  };
}

function lineBreakOf(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
