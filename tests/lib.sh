# shellcheck shell=bash
# What test scripts share: a scratch folder, the program, and results as TAP.
# A script sources this file, makes its checks, and ends with `finish`.
set -u

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(dirname "$here")
snt=${builddir:-$top/build}/snt
[ -x "$snt" ] || { echo "Bail out! $snt: not built"; exit 99; }
scratch=$(mktemp -d /tmp/x.XXXXXX)
tests=0

export HOME=$scratch/home XDG_STATE_HOME=$scratch/state
export LC_ALL=${LC_ALL:-C.UTF-8} OPENBLAS_NUM_THREADS=1
unset TMUX LINES COLUMNS NO_COLOR
mkdir -p "$HOME" "$XDG_STATE_HOME"

# Sanitizers make everything several times slower.
slow=1
[ -z "${SNT_SANITIZE:-}" ] || slow=3

clean_up() {
	rm -rf "$scratch"
}
trap clean_up EXIT

skip_all() {
	echo "1..0 # SKIP $*"
	exit 0
}

note() {
	sed 's/^/# /' <<<"$*"
}

pass() {
	tests=$((tests + 1))
	echo "ok $tests - $1"
}

skip() {
	tests=$((tests + 1))
	echo "ok $tests - $1 # SKIP $2"
}

# fail DESCRIPTION [DETAIL]
fail() {
	tests=$((tests + 1))
	echo "not ok $tests - $1"
	[ $# -lt 2 ] || note "$2"
}

# is DESCRIPTION GOT EXPECTED
is() {
	if [ "$2" = "$3" ]; then
		pass "$1"
	else
		fail "$1" "got '$2', expected '$3'"
	fi
}

isnt() {
	if [ "$2" = "$3" ]; then
		fail "$1" "got '$2'"
	else
		pass "$1"
	fi
}

# like DESCRIPTION TEXT PATTERN: an extended regular expression
like() {
	if grep -qE -e "$3" <<<"$2"; then
		pass "$1"
	else
		fail "$1" "'$3' is not in:
$2"
	fi
}

unlike() {
	if grep -qE -e "$3" <<<"$2"; then
		fail "$1" "'$3' is in:
$2"
	else
		pass "$1"
	fi
}

# check DESCRIPTION COMMAND...: the command succeeds
check() {
	local what=$1

	shift
	if "$@" >"$scratch/check.out" 2>&1; then
		pass "$what"
	else
		fail "$what" "$* failed: $(cat "$scratch/check.out")"
	fi
}

# run ARGUMENT...: snt without a terminal; leaves $out, $err and $status.
run() {
	status=0
	"$snt" "$@" >"$scratch/out" 2>"$scratch/err" </dev/null || status=$?
	out=$(cat "$scratch/out")
	err=$(cat "$scratch/err")
}

# run_as_other ARGUMENT...: the same where nothing may be written: as another
# user if this one may write everywhere.
run_as_other() {
	local drop=()

	[ "$(id -u)" != 0 ] || drop=(setpriv --reuid=65534 --clear-groups)
	status=0
	"${drop[@]}" "$snt" "$@" >"$scratch/out" 2>"$scratch/err" \
	    </dev/null || status=$?
	out=$(cat "$scratch/out")
	err=$(cat "$scratch/err")
}

# Whether that user can run the program at all.
others_can_run() {
	chmod 755 "$scratch"
	run_as_other --version
	[ "$status" = 0 ]
}

# poll SECONDS COMMAND...: until the command succeeds, looking every 50 ms.
poll() {
	local end=$((SECONDS + $1 * slow + 1))

	shift
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.05
	done
}

finish() {
	echo "1..$tests"
	exit 0
}
