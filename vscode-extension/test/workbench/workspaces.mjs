// The workspaces that the scenarios open, and what a sync installed in them.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const ACME = fileURLToPath(new URL("../../../examples/acme", import.meta.url));
export const ROOT = "pyproject.toml";
export const JOBS = "apps/jobs/pyproject.toml";
export const CORE = "packages/core/pyproject.toml";

export function acme(folder) {
  fs.cpSync(ACME, folder, {
    recursive: true,
    filter: (source) => !/(\.venv|uv\.lock|__pycache__)$/.test(source),
  });
}

export function replace(file, before, after) {
  const text = fs.readFileSync(file, "utf8");
  assert(text.includes(before), `${file} holds ${before}`);
  fs.writeFileSync(file, text.replace(before, after));
}

/** Acme without its two mistakes. */
export function sound(folder) {
  acme(folder);
  replace(path.join(folder, ROOT), "acme-wbe", "acme-web");
  fs.appendFileSync(path.join(folder, JOBS), "acme-data = { workspace = true }\n");
}

/** Acme with a misspelt default package, which uv does not mind. */
export function misspelt(folder) {
  sound(folder);
  replace(path.join(folder, ROOT), "acme-web", "acme-wbe");
}

/** Acme with a warning in one member, and errors elsewhere. */
export function warned(folder) {
  acme(folder);
  fs.appendFileSync(path.join(folder, CORE), '\n[tool.uv]\ndev-dependencies = ["idna"]\n');
}

/** A sound Acme whose build takes a minute. */
export function slow(folder) {
  sound(folder);
  const manifest = path.join(folder, JOBS);
  replace(
    manifest,
    'requires = ["uv_build>=0.9,<1"]\nbuild-backend = "uv_build"',
    'requires = []\nbuild-backend = "slow_backend"\nbackend-path = ["."]',
  );
  fs.writeFileSync(
    path.join(path.dirname(manifest), "slow_backend.py"),
    "import time\ntime.sleep(60)\n",
  );
}

/** A hundred members, with extras, groups and a circle. */
export function large(folder) {
  const name = (at) => `${["core", "data", "web", "jobs", "tools"][at % 5]}-${at}`;
  const put = (file, text) => {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  };
  put(
    path.join(folder, ROOT),
    '[tool.uv.workspace]\nmembers = ["packages/*"]\n\n[tool.ws-lsp]\ndefault-packages = ["web-97", "jobs-98"]\n',
  );
  for (let at = 0; at < 100; at += 1) {
    const needed = [...new Set([Math.floor(at / 3), Math.floor(at / 8)])].filter(
      (one) => one !== at,
    );
    if (at === 0) needed.push(1); // which needs 0
    const lines = [
      `[project]\nname = "${name(at)}"\nversion = "0.1.0"`,
      `dependencies = ${JSON.stringify(needed.map(name))}`,
      at % 10 === 9 ? `[project.optional-dependencies]\nfast = ["${name(at - 4)}"]` : "",
      at % 10 === 7 ? `[dependency-groups]\ndev = ["${name(at - 3)}"]` : "",
    ];
    put(path.join(folder, "packages", name(at), ROOT), lines.join("\n"));
  }
}

/** The members that are installed in the workspace's environment. */
export function installed(folder) {
  const libraries = path.join(folder, ".venv", "lib");
  if (!fs.existsSync(libraries)) return [];
  return fs
    .readdirSync(libraries)
    .map((python) => path.join(libraries, python, "site-packages"))
    .flatMap((packages) => (fs.existsSync(packages) ? fs.readdirSync(packages) : []))
    .flatMap((name) => /^(acme_\w+)-.*\.dist-info$/.exec(name)?.[1] ?? [])
    .sort();
}
