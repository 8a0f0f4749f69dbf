#!/bin/bash
# make_pictures.sh TOP PRESS: the manual page snt-screen(7), from the key
# script man/screen.keys: its captions and, at each `dump`, the screen.
set -eu

top=$(cd "$1" && pwd)
press=$(realpath "$2")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

cd "$scratch"
sed "s|TOP|$top|" "$top/man/screen.keys" >keys
XDG_STATE_HOME=$scratch XDG_CONFIG_HOME=$scratch OPENBLAS_CORETYPE='' \
    "$press" keys >&2

# A line of a screen as a line of a literal display.
literal() {
	sed -e 's/\\/\\e/g' -e "s/^[.']/\\\\\\&&/" "$1"
}

cat <<'END'
.\" Made from man/screen.keys by `make pictures`; do not edit.
.Dd November 24, 2026
.Dt SNT-SCREEN 7
.Os
.Sh NAME
.Nm snt-screen
.Nd the screen of the snt workbench, in pictures
.Sh DESCRIPTION
END
while IFS= read -r line; do
	case $line in
	'#: '*)
		printf '%s\n' "${line#'#: '}"
		;;
	'dump '*)
		printf '.Bd -literal\n'
		literal "${line#dump }"
		printf '.Ed\n.Pp\n'
		;;
	esac
done <keys
cat <<'END'
All keys are in
.Xr snt-commands 7 .
.Sh SEE ALSO
.Xr snt 1 ,
.Xr snt-commands 7
END
