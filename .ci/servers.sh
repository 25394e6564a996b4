# The real servers that tests run, for .ci/run or by hand: `source .ci/servers.sh`.
# The tests start and end them by themselves. Nothing is installed, so no service starts.

servers_cache="${XDG_CACHE_HOME:-$HOME/.cache}/sdkbase"

answers() {
    "$1" --version >/dev/null 2>&1 || "$1" -v >/dev/null 2>&1
}

# Puts Debian's package, and what it needs that is not on this machine, into a folder: needs no root.
unpack() {
    local folder="$1" package="$2" libraries
    local get=(apt-get -qq -y --no-install-recommends --download-only -o Debug::NoLocking=1
        -o Dir::Cache::archives="$folder/archives" install "$package")
    rm -rf "$folder"
    mkdir -p "$folder/archives/partial"
    "${get[@]}" || { apt-get -q update && "${get[@]}"; } || return 0
    for archive in "$folder"/archives/*.deb; do
        dpkg -x "$archive" "$folder"
    done
    rm -r "$folder/archives"
    libraries="$(find "$folder" -name '*.so*' -printf '%h\n' | sort -u | paste -sd:)"
    cat >"$folder/run" <<END
#!/bin/sh
LD_LIBRARY_PATH="$libraries" exec "$(find "$folder" -path "*bin/$3" | head -1)" "\$@"
END
    chmod +x "$folder/run"
}

# Exports the path of a program, of this machine or unpacked, as the variable that tests look at.
provide() {
    local variable="$1" program="$2" package="$3" path
    path="$(PATH="$PATH:/usr/sbin" type -P "$program" || true)"
    if [ -z "$path" ] && command -v apt-get >/dev/null; then
        path="$servers_cache/$program/run"
        answers "$path" || {
            echo "== Unpacking $package"
            unpack "$servers_cache/$program" "$package" "$program"
        }
        answers "$path" || path=""
    fi
    [ -z "$path" ] || export "$variable=$path"
}

find_library() {
    { find /usr/lib "$1" -name libfaketimeMT.so.1 2>/dev/null || true; } | head -1
}

# The library that lets the system's clock jump; it is loaded by its path.
provide_faketime() {
    local folder="$servers_cache/faketime" found
    found="$(find_library "$folder")"
    if [ -z "$found" ] && command -v apt-get >/dev/null; then
        echo "== Unpacking libfaketime"
        unpack "$folder" libfaketime libfaketimeMT.so.1
        found="$(find_library "$folder")"
    fi
    [ -z "$found" ] || export LIBFAKETIME="$found"
}

# What runs under Python has an environment of its own, so that its needs are not the project's.
provide_python() {
    local python="$1" list=tests/servers/requirements.txt folder
    folder="$servers_cache/servers-$(sha256sum "$list" | head -c 12)"
    if ! "$folder/bin/python" -c "import authlib, gunicorn, httpbin" 2>/dev/null; then
        echo "== Installing $list"
        "$python" - "$folder" "$list" <<'END' || return 0
import pathlib, sys
sys.path.insert(0, "tools")
from dev import Venv
venv = Venv(pathlib.Path(sys.argv[1]))
venv.make(sys.executable)
venv.install("-r", sys.argv[2])
END
    fi
    export SERVERS_PYTHON="$folder/bin/python"
}

provide PROMETHEUS_BINARY prometheus prometheus
provide NGINX_BINARY nginx nginx-light
provide HAPROXY_BINARY haproxy haproxy
provide REDIS_SERVER_BINARY redis-server redis-server
provide_faketime
provide_python "${python:-python3}"
