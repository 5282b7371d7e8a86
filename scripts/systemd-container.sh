# A container with a real systemd in it, for scripts/test-systemd and scripts/test-package, which source this file.
# Takes: project (folder), store (folder), keep (yes or no), say and die.
# Gives: make_root, boot, inside, as, and root, the container's root folder as seen from outside.
# shellcheck shell=bash
# shellcheck disable=SC2154,SC2317  # set and called by the script that sources this

root=
nspawn=
leader=

# make_root [RELEASE]: makes the root folder, a fresh copy of a Debian that debootstrap made once.
make_root() {
    local release=${1:-bookworm} packages base part
    packages=systemd,systemd-sysv,dbus,procps,libsqlite3-0,libstdc++6,zlib1g
    # The name that libcurl's package has since Debian 13.
    if [[ $release = bookworm ]]; then packages+=,libcurl4; else packages+=,libcurl4t64; fi
    base=$store/base-$(cksum <<<"$release,$packages" | cut -d ' ' -f 1)
    if [[ ! -e $base ]]; then
        say "making a root of Debian $release with debootstrap (once, in $store)"
        mkdir -p -- "$store"
        part=$(mktemp -d -- "$base.XXXXXX")
        debootstrap --variant=minbase \
            --include="$packages" \
            "$release" "$part" "$(scripts/debian-mirror)" >"$store/debootstrap.log" 2>&1 || {
            tail -n 5 "$store/debootstrap.log" >&2
            rm -rf -- "$part"
            die "debootstrap failed (see above, and $store/debootstrap.log)"
        }
        rm -rf -- "$part"/var/cache/apt/archives/*.deb
        mv -T -- "$part" "$base"
    fi
    root=$(mktemp -d -- "$store/run.XXXXXX")
    cp -a -- "$base/." "$root/"
    # The copy takes over the mode of a folder that mktemp made; every user inside must be able to pass it.
    chmod 755 "$root"
    echo draftspool-test >"$root/etc/hostname"
    : >"$root/etc/machine-id"
}

# Powers the container off, by force if need be, and removes its files.
finish() {
    local status=$?
    trap - EXIT INT TERM
    if [[ -n $nspawn ]] && kill -0 "$nspawn" 2>/dev/null; then
        [[ -z $leader ]] || inside systemctl poweroff --no-wall >/dev/null 2>&1 || true
        for _ in {1..150}; do
            kill -0 "$nspawn" 2>/dev/null || break
            sleep 0.1
        done
        kill -TERM "$nspawn" 2>/dev/null || true
        for _ in {1..50}; do
            kill -0 "$nspawn" 2>/dev/null || break
            sleep 0.1
        done
        kill -KILL "$nspawn" 2>/dev/null || true
        wait "$nspawn" 2>/dev/null || true
    fi
    if [[ $keep = yes ]]; then
        say "kept $root"
    else
        [[ -z $root ]] || rm -rf --one-file-system -- "$root"
    fi
    exit "$status"
}

# The process that is number 1 inside: a descendant of nspawn whose innermost id is 1.
find_leader() {
    local parent child
    local -a children parents=("$nspawn")
    while ((${#parents[@]})); do
        parent=${parents[0]}
        parents=("${parents[@]:1}")
        # Of one that has ended there are none; read would leave those of the one before.
        children=()
        read -ra children 2>/dev/null <"/proc/$parent/task/$parent/children" || true
        for child in "${children[@]}"; do
            if grep -q '^NSpid:.*[[:space:]]1$' "/proc/$child/status" 2>/dev/null; then
                printf '%s' "$child"
                return 0
            fi
            parents+=("$child")
        done
    done
    return 1
}

# Boots the container and waits until systemd has started everything.
boot() {
    local console=$store/console.log state=
    # With the unified hierarchy systemd is told when a service's last process has ended; with the old one it
    # waits for time-outs instead. nspawn would take the old one where the host has both.
    SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 systemd-nspawn --quiet --directory="$root" --machine=draftspool-test --register=no \
        --keep-unit --boot --private-network --link-journal=no --console=pipe systemd.unit=multi-user.target \
        </dev/null >"$console" 2>&1 &
    nspawn=$!
    for _ in {1..600}; do
        leader=$(find_leader) && break
        kill -0 "$nspawn" 2>/dev/null || { tail -n 20 "$console" >&2; die "systemd-nspawn ended at once (see above)"; }
        sleep 0.1
    done
    [[ -n $leader ]] || die "the container's first process did not appear within a minute"
    for _ in {1..300}; do
        state=$(inside systemctl is-system-running 2>/dev/null || true)
        [[ $state = running || $state = degraded ]] && break
        sleep 0.2
    done
    [[ $state = running || $state = degraded ]] || {
        tail -n 20 "$console" >&2
        die "systemd is '$state' a minute after the start"
    }
    say "systemd $(inside systemctl --version | awk 'NR == 1 { print $2 }') is up ($state)"
}

# Runs a command in the container as root, with nothing of this environment; as USER runs it as that user.
inside() {
    nsenter --target "$leader" --mount --uts --ipc --net --pid --root --wd=/ -- \
        env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 "$@" </dev/null
}
as() {
    local user=$1
    shift
    inside runuser --user "$user" -- "$@"
}
