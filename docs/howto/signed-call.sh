#!/bin/sh
# One signed call through the exchange with curl and openssl, nothing else.
#   signed-call.sh KEY.pem KEY-ID CLIENT URL      (openssl 3 or newer; the key is Ed25519)
set -eu
key=$1 keyid=$2 client=$3 url=$4

rest=${url#*://}
authority=${rest%%/*}
target=/${rest#*/}
path=${target%%\?*}
query="?"
case $target in *\?*) query="?${target#*\?}" ;; esac

created=$(date +%s)
nonce=$(openssl rand -hex 16)
id=$(openssl rand -hex 16)
covered='("@method" "@authority" "@path" "@query" "x-road-client" "x-road-id")'
parameters="$covered;created=$created;keyid=\"$keyid\";nonce=\"$nonce\""

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# The base that is signed (RFC 9421, section 2.5): one line for each part, the parameters last, no line end after them.
printf '"@method": GET\n"@authority": %s\n"@path": %s\n"@query": %s\n"x-road-client": %s\n"x-road-id": %s\n"@signature-params": %s' \
    "$authority" "$path" "$query" "$client" "$id" "$parameters" >"$folder/base"
openssl pkeyutl -sign -rawin -inkey "$key" -in "$folder/base" -out "$folder/signature"

exec curl -sS -i "$url" \
    -H "X-Road-Client: $client" -H "X-Road-Id: $id" \
    -H "Signature-Input: sig=$parameters" \
    -H "Signature: sig=:$(base64 <"$folder/signature" | tr -d '\n'):"
