# What scripts/test-systemd and scripts/test-package ask of a service in the container; they source this file.
# Takes: root, inside and as (systemd-container.sh).
# Gives: check and its conditions, passed and failed. Conditions are about the service `unit` and its spool.
# shellcheck shell=bash
# shellcheck disable=SC2154,SC2317  # set and called by the script that sources this

unit=draftspoold
spool=/var/spool/draftspool
passed=0
failed=0
explain() { inside journalctl --no-pager -u "$unit" -n 15 -o short 2>/dev/null | sed 's/^/      /' >&2 || true; }

# check TEXT COMMAND…: the command must succeed.
check() {
    local text=$1 output
    shift
    if output=$("$@" 2>&1); then
        printf '  ok    %s\n' "$text"
        passed=$((passed + 1))
    else
        printf '  FAIL  %s\n' "$text"
        [[ -z $output ]] || uniq <<<"$output" | tail -n 8 | sed 's/^/      /'
        explain
        failed=$((failed + 1))
    fi
}
refuse() { ! "$@"; }
# within SECONDS COMMAND…: tries until the command succeeds.
within() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        ((SECONDS < deadline)) || { echo "not within the time allowed: $*"; return 1; }
        sleep 0.2
    done
}
# contains TEXT COMMAND…: the command's output has the text, however it ends.
contains() {
    local text=$1 output
    shift
    output=$("$@" 2>&1) || true
    [[ $output = *"$text"* ]] || { echo "no '$text' in: $output"; return 1; }
}
property() { inside systemctl show "$unit" --property="$1" --value; }
is() { local got; got=$(property "$1"); [[ $got = "$2" ]] || { echo "$1 is '$got', not '$2'"; return 1; }; }
mode_of() { local got; got=$(inside stat --format '%a %U:%G' "$1"); [[ $got = "$2" ]] || { echo "$1 is $got, not $2"; return 1; }; }
# unit_is_clean FILE
unit_is_clean() {
    local complaints
    complaints=$(inside systemd-analyze verify "$1" 2>&1)
    [[ -z $complaints ]] || { echo "$complaints"; return 1; }
}
is_finished() { [[ -s $root$spool/output/$1/summary.json ]] || { echo "output/$1 is not there"; return 1; }; }
# once INPUT NAME: every custom_id of the input is in the output exactly once, and in its order.
once() {
    python3 - "$1" "$root$spool/output/$2/output.jsonl" <<'PYTHON'
import collections, json, sys
asked = [json.loads(line)["custom_id"] for line in open(sys.argv[1])]
got = [json.loads(line)["custom_id"] for line in open(sys.argv[2])]
twice = [name for name, count in collections.Counter(got).items() if count > 1]
missing = [name for name in asked if name not in set(got)]
if twice or missing or asked != got:
    sys.exit(f"asked {len(asked)}, got {len(got)}; twice {twice[:3]}, missing {missing[:3]}, in order {asked == got}")
PYTHON
}
# stories NAME COUNT TOKENS: a batch that keeps the engine busy for a while, in anna's home.
stories() {
    local number
    for ((number = 1; number <= $2; number++)); do
        printf '{"custom_id": "%s-%d", "method": "POST", "url": "/v1/chat/completions", "body": {"model": "demo", "messages": [{"role": "user", "content": "Write a short story about a lost key."}], "max_tokens": %d, "temperature": 0.8, "seed": %d, "ignore_eos": true}}\n' \
            "$1" "$number" "$3" "$number"
    done >"$root/home/anna/$1.jsonl"
}
# drop USER FILE: as people do it.
drop() { as "$1" cp "$2" "$spool/incoming/"; }
# answered NAME: how many prompts of the batch have an answer, by its files, which are ahead of the status.
answered() { cat "$root$spool"/{active/*,output/"$1"}/output.jsonl 2>/dev/null | grep -c -F -e "\"custom_id\":\"$1-" || true; }
part_is_answered() { local got; got=$(answered "$1"); ((got >= 2)) || { echo "$got prompts of $1 are answered"; return 1; }; }
# The engines of the service stand still from now on, so that no batch ends before what is to be tested, however fast the
# machine is. They end with the service.
freeze_engines() { inside pkill --signal STOP --parent "$(property MainPID)"; }
thaw_engines() { inside pkill --signal CONT --parent "$(property MainPID)"; }

# The demo model, and an engine that runs in the container, whatever libraries the container has.
install_engine() {
    local engine
    install -d "$root/opt/models"
    install -m 644 Models/demo/demo-mtp-f16.gguf "$root/opt/models/"
    engine=$(scripts/find-engine)
    if [[ -d $(dirname -- "$engine")/usr ]]; then
        cp -a -- "$(dirname -- "$engine")" "$root/opt/engine"
    else
        # An engine of this machine's own may need libraries the container lacks.
        scripts/get-engine --prefix "$root/opt/engine" >/dev/null
    fi
}
# configure FILE: the engine and the model above, in this configuration.
configure() {
    cat >"$root$1" <<'CONFIG'
engine:
  server: /opt/engine/llama-server
  model: /opt/models/demo-mtp-f16.gguf
  slots: 2
  context: 1024
dispatch:
  drain-timeout: 20s
CONFIG
}
# People: two members of the group draftspool, and one who is none.
add_people() {
    local user
    for user in anna berta stranger; do inside useradd --create-home "$user"; done
    for user in anna berta; do inside usermod --append --groups draftspool "$user"; done
}
