#!/bin/sh
# The first process of a container with NocoBase: `run-node.sh [ENTRYPOINT]`, by default that of the official image.
#
# That entrypoint is a shell, and a shell as the first process does not hear SIGTERM: the node would go on serving until
# the supervisor's patience ends, and then be killed in the middle of its requests, or of an operation that it leads.
# This one tells the server itself, waits until that has ended (it drains, and finishes what it leads), and ends with it.
# It needs APP_LAUNCH_MODE=node: PM2 would kill the server after 1.6 s, or start it again.

# True for what this shell has started, and for what that has started, and so on: never for anything else.
is_ours() {
  parent=$1
  while [ "$parent" -gt 1 ] && [ "$parent" -ne $$ ]; do
    # Behind the name of the program, which may hold blanks: state, parent.
    parent=$(sed -n 's/^.*) [A-Za-z] \([0-9]*\) .*$/\1/p' "/proc/$parent/stat" 2>/dev/null)
    parent=${parent:-0}
  done
  [ "$parent" -eq $$ ]
}

# Those of them whose program is the server, and not a wrapper that only names it.
servers() {
  for words in $(grep -l '@nocobase/app/lib/index.js' /proc/[0-9]*/cmdline 2>/dev/null); do
    id=${words#/proc/}
    id=${id%/cmdline}
    case "$(tr '\0' '\n' 2>/dev/null <"$words" | sed -n 2p)" in
      *@nocobase/app/lib/index.js) if is_ours "$id"; then echo "$id"; fi ;;
    esac
  done
}

asked=''
end() {
  [ -z "$asked" ] || return 0
  asked=yes
  found=$(servers)
  # Nothing has begun yet: then the entrypoint itself may go.
  kill -TERM ${found:-$child}
}

"${1:-/app/docker-entrypoint.sh}" &
child=$!
trap end TERM INT
while kill -0 "$child" 2>/dev/null; do
  wait "$child"
  code=$?
done
exit "$code"
