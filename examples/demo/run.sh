#!/bin/sh
# run.sh BUILD: the demo, with the programs of a build folder.
exec python3 "$(dirname "$0")/demo.py" "$1/examples/replicated_app" "$(dirname "$0")/../../tests/data/chinook"
