#!/bin/bash
# Appends the audit log to a file as it is sealed, as OCSF, one event a line. Needs curl and jq.
# Usage: API=https://registry.example KEY=cro_… ship-feed.sh FILE
#
# Started again, it goes on after the last event in the file. So after a crash, at either side, nothing is missing and nothing is there twice.
# It ends when the server stops, or with an error; let systemd start it again.
set -euo pipefail

touch "$1"
# A line that was not written to its end is no event; the server sends its event again.
[ -z "$(tail -c 1 "$1")" ] || echo >> "$1"
AFTER=$(tail -n 2 "$1" | jq -R 'fromjson? | .metadata.sequence // .position' | tail -n 1)

curl -sSN --fail "$API/audit-log/feed?format=ocsf${AFTER:+&after=$AFTER}" \
  -H "Authorization: Bearer $KEY" -H 'Accept: application/x-ndjson' |
  # Passes on whole lines only.
  while IFS= read -r LINE; do printf '%s\n' "$LINE"; done >> "$1"
