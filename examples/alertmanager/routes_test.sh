#!/bin/sh
# Checks that every alert of routes.tsv goes to the receiver that is named there.
# AMTOOL is the amtool to use; the configuration to test may be given instead of
# the one beside this script.
set -u
dir=$(cd "$(dirname "$0")" && pwd)
config=${1:-$dir/alertmanager.yml}
amtool=${AMTOOL:-amtool}

"$amtool" check-config "$config" >/dev/null || exit 1
tab=$(printf '\t')
failed=0 count=0
while IFS=$tab read -r receiver labels; do
	case $receiver in '#'* | '') continue ;; esac
	count=$((count + 1))
	# The labels are several arguments.
	# shellcheck disable=SC2086
	if ! answer=$("$amtool" config routes test --config.file="$config" --verify.receivers="$receiver" $labels 2>&1); then
		echo "$labels: want $receiver, got: $answer" >&2
		failed=1
	fi
done <"$dir/routes.tsv"
[ "$failed" -eq 0 ] && echo "$count routes as expected"
exit "$failed"
