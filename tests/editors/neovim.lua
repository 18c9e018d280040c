-- A session of a real Neovim (0.7 and newer): diagnostics, completion, a fix, a sync.
-- Environment: WS_ROOT the workspace, WS_PYTHON the interpreter, WS_OUT the file for the outcome.
local root = vim.env.WS_ROOT
local outcome = {}

local function finish(failure)
  outcome.failure = failure
  vim.fn.writefile({ vim.fn.json_encode(outcome) }, vim.env.WS_OUT)
  vim.cmd("qa!")
end

local function session()
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
  local function wait(what, condition)
    if not vim.wait(15000, condition, 20) then
      error("waited in vain for " .. what)
    end
  end
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
  vim.lsp.stop_client(id)
  wait("the end of the server", function() return vim.lsp.client_is_stopped(id) end)
end

local ok, failure = pcall(session)
finish(not ok and tostring(failure) or nil)
