// The processes that a scenario started, by their command lines.
import fs from "node:fs";

function processes(pattern) {
  return fs
    .readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return pattern.test(fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " "));
      } catch {
        return false;
      }
    })
    .map(Number);
}

export const syncsOf = (folder) =>
  processes(new RegExp(`uv .*${folder}.* sync|slow_backend|uv sync .*${folder}`));
export const serverOf = (server) =>
  processes(new RegExp(`${server.directory}/extensions/.*ws_lsp_main.py server`));
