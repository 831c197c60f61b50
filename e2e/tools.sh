#!/bin/sh
# Installs what the tests here run, in the versions named, into .tools/bin of the
# repository. What is there in its version is left alone.
set -eu
bin=$(cd "$(dirname "$0")/.." && pwd)/.tools/bin
mkdir -p "$bin"

# install <package> <version> [flags]
install() {
	package=$1 version=$2
	shift 2
	tool=$bin/${package##*/}
	module=${package%/cmd/*}
	if go version -m "$tool" 2>/dev/null | grep -q "[[:space:]]mod[[:space:]]*$module[[:space:]]*$version[[:space:]]"; then
		return
	fi
	echo "installing ${package##*/} $version" >&2
	(cd / && CGO_ENABLED=0 GOBIN=$bin go install "$@" "$package@$version")
}

# Without the tag Prometheus pulls in the service discovery of every cloud.
install github.com/prometheus/prometheus/cmd/promtool v0.316.0 -tags remove_all_sd
install github.com/prometheus/prometheus/cmd/prometheus v0.316.0 -tags remove_all_sd
install github.com/prometheus/alertmanager/cmd/amtool v0.34.2
# Later ones cannot be installed so: their web pages are not in the module.
install github.com/prometheus/alertmanager/cmd/alertmanager v0.29.0
