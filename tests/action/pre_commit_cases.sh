#!/bin/bash
# The hook, installed by pre-commit from this clone's last commit, in a repository with two roots:
# PRE_COMMIT=PATH bash tests/action/pre_commit_cases.sh. It needs a package index, so pytest does not run it.
set -u
clone=$(cd "$(dirname "$0")/../.." && pwd)
pre_commit=${PRE_COMMIT:-pre-commit}
repository=$(mktemp -d)
trap 'rm -rf "$repository"' EXIT
export PRE_COMMIT_HOME="$repository/home" GIT_CONFIG_GLOBAL=/dev/null
export GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@t GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@t
wrong=0

project() { printf '[project]\nname = "%s"\nversion = "1"\nrequires-python = ">=3.11"\n' "$1"; }

# commit everything: want TITLE passes|refused; the repository is as before afterwards
want() {
    local start out got
    start=$(git rev-parse HEAD)
    git add -A
    if out=$(git commit -m "$1" 2>&1); then got=passes; else got=refused; fi
    if [ "$got" = "$2" ]; then
        echo "right: $1: $2"
    else
        wrong=1
        printf 'WRONG: %s: %s\n%s\n' "$1" "$got" "$out"
    fi
    git reset -q --hard "$start"
    git clean -qfd
}

mkdir "$repository/work"
cd "$repository/work" || exit
git init -q -b main .
mkdir -p one/a one/b two/src
printf '[tool.uv.workspace]\nmembers = ["*"]\n' >one/pyproject.toml
{ project a; printf 'dependencies = ["b"]\n[tool.uv.sources]\nb = { workspace = true }\n'; } >one/a/pyproject.toml
project b >one/b/pyproject.toml
project two >two/pyproject.toml
touch one/a/a.py two/src/x.py
cat >.pre-commit-config.yaml <<END
repos:
  - repo: $clone
    rev: $(git -C "$clone" rev-parse HEAD)
    hooks:
      - id: ws-lsp-check
END
git add -A
git commit -qm start
"$pre_commit" install >/dev/null

echo '# x' >>two/src/x.py; want "a source changes" passes
sed -i 's/"1"/"1 x"/' one/a/pyproject.toml; want "the manifest of a member breaks" refused
git rm -q one/a/pyproject.toml; want "the manifest of a member is deleted" refused
git rm -rq one/b; want "a member that another one needs is deleted" refused
git rm -rq one/a; want "a member that nobody needs is deleted" passes
mkdir one/n; touch one/n/note; want "a directory of a member appears without manifest" refused
mkdir one/n; project a >one/n/pyproject.toml; want "a second member of one name appears" refused
mkdir one/n; project n >one/n/pyproject.toml; want "a sound member appears" passes
echo 'nonsense = 1' >two/uv.toml; want "uv.toml appears with an unknown key" refused
echo '3.8' >two/.python-version; want ".python-version appears with a Python that does not fit" refused
echo 'version = [' >one/uv.lock; want "a broken uv.lock appears" refused
project 'x x' >pyproject.toml; want "a broken third root appears" refused
git rm -rq two; want "the second root is deleted" passes
git rm -rq one two; want "all roots are deleted" passes

git checkout -q -b topic
sed -i 's/id: .*/&\n        args: [--recursive, --since, main]/' .pre-commit-config.yaml
git add -A
git commit -qm "other arguments" || wrong=1
sed -i 's/"1"/"1 x"/' one/b/pyproject.toml; want "a member breaks, with --since" refused
echo '# x' >>one/a/a.py; want "a source changes, with --since" passes
exit $wrong
