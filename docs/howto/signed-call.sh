#!/bin/sh
# One signed call through the exchange with curl and openssl, nothing else.
#   signed-call.sh KEY.pem KEY-ID CLIENT URL [what else curl is to be told]     (openssl 3 or newer; the key is Ed25519)
#   ISSUE=…, USER_ID=… and GRANT=… say which case it is for, who asks and by which grant; BODY=… is sent by POST, as JSON.
set -eu
key=$1 keyid=$2 client=$3 url=$4
shift 4

rest=${url#*://}
authority=${rest%%/*}
target=/${rest#*/}
path=${target%%\?*}
query="?"
case $target in *\?*) query="?${target#*\?}" ;; esac

created=$(date +%s)
nonce=$(openssl rand -hex 16)
method=GET
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# What is signed beside the address: each header is sent, named as covered, and stands in the base.
covered='"@method" "@authority" "@path" "@query"'
lines=""
add() { # NAME VALUE
    covered="$covered \"$1\""
    lines="$lines\"$1\": $2
"
    printf 'header = "%s: %s"\n' "$1" "$2" >>"$folder/headers"
}
add x-road-client "$client"
add x-road-id "$(openssl rand -hex 16)"
[ -z "${ISSUE:-}" ] || add x-road-issue "$ISSUE"
[ -z "${USER_ID:-}" ] || add x-road-userid "$USER_ID"
[ -z "${GRANT:-}" ] || add x-tongban-grant "$GRANT"
if [ -n "${BODY:-}" ]; then
    method=POST
    add content-digest "sha-256=:$(printf %s "$BODY" | openssl dgst -sha256 -binary | base64 | tr -d '\n'):"
    set -- "$@" -H "Content-Type: application/json" --data-binary "$BODY"
fi
parameters="($covered);created=$created;keyid=\"$keyid\";nonce=\"$nonce\""

# The base that is signed (RFC 9421, section 2.5): one line for each part, the parameters last, no line end after them.
printf '"@method": %s\n"@authority": %s\n"@path": %s\n"@query": %s\n%s"@signature-params": %s' \
    "$method" "$authority" "$path" "$query" "$lines" "$parameters" >"$folder/base"
openssl pkeyutl -sign -rawin -inkey "$key" -in "$folder/base" -out "$folder/signature"

curl -sS -D - "$url" --config "$folder/headers" "$@" \
    -H "Signature-Input: sig=$parameters" \
    -H "Signature: sig=:$(base64 <"$folder/signature" | tr -d '\n'):"
