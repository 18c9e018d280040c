-- Sessions of a real Neovim (0.7 and newer). WS_SESSION names the one to play: `sync` (diagnostics,
-- completion, a fix, a sync) or `features` (hover, definition, references, rename, hints, lenses).
-- Environment: WS_ROOT the workspace, WS_PYTHON the interpreter, WS_OUT the file for the outcome.
local root = vim.env.WS_ROOT
local outcome = {}

local function finish(failure)
  outcome.failure = failure
  vim.fn.writefile({ vim.fn.json_encode(outcome) }, vim.env.WS_OUT)
  vim.cmd("qa!")
end

local function wait(what, condition)
  if not vim.wait(15000, condition, 20) then
    error("waited in vain for " .. what)
  end
end

local function start()
  vim.cmd("edit " .. vim.fn.fnameescape(root .. "/pyproject.toml"))
  local buffer = vim.api.nvim_get_current_buf()
  local config = {
    name = "ws-lsp",
    cmd = { vim.env.WS_PYTHON, "-m", "ws_lsp", "server" },
    root_dir = root,
    workspace_folders = { { uri = vim.uri_from_fname(root), name = "workspace" } },
  }
  local id
  if vim.lsp.start then
    id = vim.lsp.start(config)
  else
    id = vim.lsp.start_client(config)
    vim.lsp.buf_attach_client(buffer, id)
  end
  return id, buffer
end

local function stop(id)
  vim.lsp.stop_client(id)
  wait("the end of the server", function() return vim.lsp.client_is_stopped(id) end)
end

local sessions = {}

function sessions.sync()
  local id, buffer = start()
  local function shown()
    return vim.tbl_filter(function(one)
      return one.severity < vim.diagnostic.severity.HINT
    end, vim.diagnostic.get(buffer))
  end
  wait("diagnostics", function() return #shown() > 0 end)
  outcome.diagnostics = vim.tbl_map(function(one)
    return { one.lnum, one.col, one.end_col, one.code, one.source }
  end, shown())

  local function request(method, params)
    local answers = vim.lsp.buf_request_sync(buffer, method, params, 60000) or {}
    local answer = answers[id] or {}
    if answer.error then
      error(method .. ": " .. vim.inspect(answer.error))
    end
    return answer.result
  end
  local document = vim.lsp.util.make_text_document_params(buffer)
  local line, first = 4, 20
  local found = request("textDocument/completion", {
    textDocument = document,
    position = { line = line, character = first + 1 },
  })
  outcome.completion = vim.tbl_map(function(item) return item.label end, found.items)

  local range = {
    start = { line = line, character = first + 1 },
    ["end"] = { line = line, character = first + 1 },
  }
  local actions = request("textDocument/codeAction", {
    textDocument = document,
    range = range,
    context = { diagnostics = {} },
  })
  outcome.actions = vim.tbl_map(function(action) return action.title end, actions)
  local encoding = vim.lsp.get_client_by_id(id).offset_encoding or "utf-16"
  outcome.encoding = encoding
  vim.lsp.util.apply_workspace_edit(actions[1].edit, encoding)
  outcome.line = vim.api.nvim_buf_get_lines(buffer, line, line + 1, false)[1]
  wait("the diagnostics to go", function() return #shown() == 0 end)

  if vim.env.WS_SYNC == "1" then
    vim.cmd("silent write") -- uv reads the disk
    outcome.sync = request("workspace/executeCommand", {
      command = "ws-lsp.server.sync",
      arguments = { { root = vim.uri_from_fname(root), packages = "default" } },
    })
  end
  stop(id)
end

-- Put the cursor into the middle of a text of the buffer.
local function go_to(text)
  for index, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
    local first = line:find(text, 1, true)
    if first then
      vim.api.nvim_win_set_cursor(0, { index, first - 1 + math.floor(#text / 2) })
      return
    end
  end
  error("`" .. text .. "` is not in the buffer")
end

local function floating_text()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= "" then
      local buffer = vim.api.nvim_win_get_buf(window)
      return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), "\n")
    end
  end
end

local function below_root(path)
  return (path:gsub("^" .. vim.pesc(root) .. "/", ""))
end

function sessions.features()
  local id, buffer = start()
  local client = vim.lsp.get_client_by_id(id)
  wait("the server", function() return client.initialized ~= false and client.server_capabilities end)
  vim.fn.bufload(buffer)

  go_to('"alpha"')
  vim.lsp.buf.hover()
  wait("a hover", floating_text)
  outcome.hover = floating_text()
  vim.cmd("silent! normal! jk")

  go_to('"alpha"')
  vim.lsp.buf.definition()
  wait("a jump", function() return vim.api.nvim_get_current_buf() ~= buffer end)
  outcome.definition = { below_root(vim.api.nvim_buf_get_name(0)), vim.api.nvim_get_current_line() }

  vim.api.nvim_set_current_buf(buffer)
  go_to('"alpha"')
  vim.lsp.buf.references()
  wait("references", function() return #vim.fn.getqflist() > 0 end)
  outcome.references = vim.tbl_map(function(one)
    return below_root(vim.api.nvim_buf_get_name(one.bufnr)) .. ":" .. one.lnum
  end, vim.fn.getqflist())
  vim.cmd("cclose")

  vim.api.nvim_set_current_buf(buffer)
  go_to('"alpha"')
  vim.lsp.buf.rename("first")
  wait("the rename", function()
    return vim.api.nvim_buf_get_lines(buffer, 0, -1, false)[5]:find("first", 1, true)
  end)
  vim.cmd("silent wall")
  vim.api.nvim_set_current_buf(buffer)

  if vim.lsp.inlay_hint then
    local enable = vim.lsp.inlay_hint.enable
    if not pcall(enable, true, { bufnr = buffer }) then
      enable(buffer, true)
    end
    wait("inlay hints", function() return #vim.lsp.inlay_hint.get({ bufnr = buffer }) > 0 end)
    outcome.hints = vim.tbl_map(function(one)
      return one.inlay_hint.label
    end, vim.lsp.inlay_hint.get({ bufnr = buffer }))
  end

  vim.lsp.codelens.refresh()
  wait("lenses", function() return #vim.lsp.codelens.get(buffer) > 0 end)
  outcome.lenses = vim.tbl_map(function(one) return one.command.title end, vim.lsp.codelens.get(buffer))
  if vim.env.WS_SYNC == "1" then
    vim.ui.select = function(items, options, choose)
      for index, item in ipairs(items) do
        local shown = options.format_item and options.format_item(item) or ""
        if shown:find("Sync default packages", 1, true) then
          choose(item, index)
          return
        end
      end
      error("no lens to choose")
    end
    local handler = "workspace/executeCommand"
    vim.lsp.handlers[handler] = function(_, result) outcome.sync = result or vim.NIL end
    go_to("default-packages")
    vim.lsp.codelens.run()
    if not vim.wait(60000, function() return outcome.sync ~= nil end, 20) then
      error("waited in vain for the sync")
    end
  end
  stop(id)
end

local ok, failure = pcall(sessions[vim.env.WS_SESSION])
finish(not ok and tostring(failure) or nil)
