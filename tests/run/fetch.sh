#!/usr/bin/env bash
# fetch: from a folder, an archive and a hub on this machine; verified, whole or not at all.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/lib.sh"

command -v python3 >/dev/null || skip "python3 is the hub of this test"
here=$(cd "$(dirname "$0")" && pwd)
golden=$here/../golden/safetensors/written.safetensors
case $program in /*) ;; *) program=$PWD/$program ;; esac

# refused CODE TEXT COMMAND...: fails with the code and one line that holds the text.
refused() {
    local code=$1 text=$2 got=0
    shift 2
    "$@" >"$work/out" 2>"$work/err" || got=$?
    [ "$got" = "$code" ] || fail "exit $got instead of $code: $* ($(cat "$work/err"))"
    grep -qF -- "$text" "$work/err" || fail "'$text' is not in: $(cat "$work/err")"
    [ "$(wc -l <"$work/err")" = 1 ] || fail "not one line: $(cat "$work/err")"
}

# model DIR: the files of a small model (fetch does not look into the tensors).
model() {
    mkdir -p "$1"
    echo '{"hidden_size": 4}' >"$1/config.json"
    printf '[PAD]\n[UNK]\n[CLS]\n[SEP]\n' >"$1/vocab.txt"
    cp "$golden" "$1/model.safetensors"
}

cd "$work"
model source
echo '{"do_lower_case": true, "model_max_length": 1000000000000000019884624838656}' \
    >source/tokenizer_config.json
echo other >source/README.md

# A folder: the model's files and the manifest, nothing else; a second time nothing is done.
"$program" fetch source --output a/b/copy | grep -q 'fetched, 4 files' || fail "the first fetch"
[ "$(ls a/b/copy | tr '\n' ' ')" = \
    "config.json manifest.json model.safetensors tokenizer_config.json vocab.txt " ] || fail "files"
cmp source/model.safetensors a/b/copy/model.safetensors
grep -q "$(sha256sum <source/vocab.txt | cut -d' ' -f1)" a/b/copy/manifest.json || fail "hash"
before=$(stat -c %Y.%i a/b/copy/config.json)
"$program" fetch source --output=a/b/copy/ | grep -q 'already there' || fail "the second fetch"
[ "$before" = "$(stat -c %Y.%i a/b/copy/config.json)" ] || fail "the second fetch wrote"

# Damage is repaired, a changed source is taken over.
echo damage >>a/b/copy/vocab.txt
"$program" fetch source --output a/b/copy | grep -q ': fetched' || fail "damage was not seen"
cmp source/vocab.txt a/b/copy/vocab.txt
echo '{"hidden_size": 8}' >source/config.json
"$program" fetch source --output a/b/copy | grep -q ': fetched' || fail "the change was not seen"
cmp source/config.json a/b/copy/config.json

# Weights in several files: the index and what it names, from a folder and from an archive.
several() {
    model "$1"
    mv "$1/model.safetensors" "$1/model-00001-of-00001.safetensors"
    python3 - "$1" <<'PYTHON'
import json, struct, sys
names = open(sys.argv[1] + "/model-00001-of-00001.safetensors", "rb").read()
header = json.loads(names[8 : 8 + struct.unpack("<Q", names[:8])[0]])
header.pop("__metadata__", None)
index = {"metadata": {}, "weight_map": {n: "model-00001-of-00001.safetensors" for n in header}}
json.dump(index, open(sys.argv[1] + "/model.safetensors.index.json", "w"))
PYTHON
}
several parts
"$program" fetch parts --output c | grep -q 'fetched, 4 files' || fail "several files"
cmp parts/model-00001-of-00001.safetensors c/model-00001-of-00001.safetensors
(cd parts && python3 -m zipfile -c ../parts.zip ./*)
"$program" fetch parts.zip | grep -q 'models/parts: fetched, 4 files' || fail "an archive of several"
rm -r models/parts
mv parts/model-00001-of-00001.safetensors part
refused 3 "model-00001-of-00001.safetensors is missing" "$program" fetch parts --output x
sed -i 's/00001-of-00001/..\/..\/etc/' parts/model.safetensors.index.json
refused 3 "no name of a .safetensors file in this directory" "$program" fetch parts --output x

# sentence-transformers' modules: what they keep comes along, from a folder, an archive and a hub.
sentence() {
    model "$1"
    mkdir "$1/1_Pooling"
    echo '{"pooling_mode_mean_tokens": true}' >"$1/1_Pooling/config.json"
    echo '{"max_seq_length": 64}' >"$1/sentence_bert_config.json"
    echo '[{"path": "", "type": "models.Transformer"}, {"path": "1_Pooling", "type": "models.Pooling"},
        {"path": "2_Normalize", "type": "models.Normalize"}]' >"$1/modules.json"
}
same_sentence() {
    for file in modules.json sentence_bert_config.json 1_Pooling/config.json; do
        cmp "sentence/$file" "$1/$file"
        grep -q "\"$file\"" "$1/manifest.json" || fail "$file is not in the manifest of $1"
    done
    [ ! -e "$1/2_Normalize" ] || fail "an empty folder of a module"
}
sentence sentence
"$program" fetch sentence --output e | grep -q 'e: fetched, 6 files' || fail "modules"
same_sentence e
"$program" fetch sentence --output e | grep -q 'e: already there' || fail "modules a second time"
echo ' ' >>e/1_Pooling/config.json
"$program" fetch sentence --output e | grep -q 'e: fetched' || fail "damage in a folder was not seen"
same_sentence e
echo precious >e/1_Pooling/notes.txt
refused 2 "'1_Pooling/notes.txt'" "$program" fetch sentence --output e
(cd sentence && python3 -m zipfile -c ../sentence.zip ./*)
"$program" fetch sentence.zip --output f | grep -q 'f: fetched, 6 files' || fail "modules of an archive"
same_sentence f
sed -i 's/1_Pooling/..\/e/' sentence/modules.json
refused 3 "the module's path is '../e'" "$program" fetch sentence --output x
sed -i 's/\.\.\/e/./' sentence/modules.json
refused 3 "a file that is no name of" "$program" fetch sentence --output x
sed -i 's/"\."/"1_Pooling"/' sentence/modules.json
echo '{"pooling_mode_mean_tokens"' >sentence/1_Pooling/config.json
refused 3 "1_Pooling/config.json" "$program" fetch sentence --output x
rm -r sentence && sentence sentence

# What is not a fetched model stays untouched.
mkdir mine && echo precious >mine/thesis.txt
refused 2 "'thesis.txt'" "$program" fetch source --output mine
echo precious >a/b/copy/notes.txt
refused 2 "'notes.txt'" "$program" fetch source --output a/b/copy
rm a/b/copy/notes.txt
refused 2 "folder was expected" "$program" fetch source --output source/vocab.txt

# Wrong sources; nothing is left behind.
refused 3 "no such file or folder" "$program" fetch ./nothing --output x
refused 3 "config.json is missing" "$program" fetch mine --output x
model broken && head -c 100 "$golden" >broken/model.safetensors
refused 3 "model.safetensors" "$program" fetch broken --output x
model broken && echo '{"a": 1' >broken/config.json
refused 3 "config.json" "$program" fetch broken --output x
model broken && rm broken/vocab.txt
refused 3 "neither vocab.txt nor tokenizer.json" "$program" fetch broken --output x
refused 2 "NAME" "$program" fetch --output x
refused 4 "/dev/null" "$program" fetch source --output /dev/null/x
[ -z "$(ls -d x x.partial 2>/dev/null)" ] || fail "a failure left files"

# JSON is checked in little more memory than its text takes: a tree of these brackets is 2 GB.
model brackets
python3 - "$program" <<'PYTHON' || fail "the brackets"
import resource, subprocess, sys
with open("brackets/config.json", "w") as config:
    config.write('{"a": [' + "[]," * 10**7 + "[]]}")
subprocess.run([sys.argv[1], "fetch", "brackets", "--output", "x"], check=True, stdout=subprocess.DEVNULL)
kilobytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
sys.exit(f"{kilobytes} kB" if kilobytes > 200000 else 0)
PYTHON
rm -r brackets x

# An archive.
python3 - <<'PYTHON'
import zipfile
with zipfile.ZipFile("small-1.0-py3-none-any.whl", "w", zipfile.ZIP_DEFLATED) as wheel:
    wheel.writestr("small/__init__.py", "")
    wheel.writestr("small/other/config.json", "{}")
    for name in ("config.json", "vocab.txt", "model.safetensors"):
        wheel.write("source/" + name, "small/model/" + name)
PYTHON
"$program" fetch small-1.0-py3-none-any.whl | grep -q 'models/small-1.0-py3-none-any: fetched' ||
    fail "the wheel"
cmp source/model.safetensors models/small-1.0-py3-none-any/model.safetensors
head -c 300 small-1.0-py3-none-any.whl >cut.whl
refused 3 "cut.whl" "$program" fetch cut.whl --output x
refused 3 "zip archive" "$program" fetch source/vocab.txt --output x

# The hub.
python3 "$here/fetch_server.py" "$work/hub" "$work/port" &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
for name in good plain wronghash wrongsize cutoff wrongtext othertext longer endlesstext \
    endlessweights endlesslisting huge slow slowheaders silent loop tofile page nameless gated busy \
    broken names; do
    model "hub/tests/$name"
done
several hub/tests/parts
sentence hub/tests/sentence
touch hub/tests/{plain,endlesstext,endlessweights,huge,slow,slowheaders}/unlisted
model hub/sentence-transformers/all-MiniLM-L6-v2
mkdir -p hub/tests/nothing && echo '{}' >hub/tests/nothing/config.json
for _ in $(seq 100); do
    [ -s port ] && break
    sleep 0.1
done
HF_ENDPOINT=http://127.0.0.1:$(cat port)/
export HF_ENDPOINT
export no_proxy=127.0.0.1,localhost
"$program" fetch tests/good | grep -q 'models/good: fetched, 3 files' || fail "the hub"
cmp hub/tests/good/model.safetensors models/good/model.safetensors
"$program" fetch tests/parts --output d | grep -q 'fetched, 4 files' || fail "several on the hub"
cmp hub/tests/parts/model-00001-of-00001.safetensors d/model-00001-of-00001.safetensors
"$program" fetch tests/sentence --output g | grep -q 'g: fetched, 6 files' || fail "modules on the hub"
same_sentence g
requests=$(wc -l <hub/requests)
"$program" fetch tests/good | grep -q 'already there' || fail "the second download"
[ "$requests" = "$(wc -l <hub/requests)" ] || fail "the second download asked the hub"
"$program" fetch minilm --output models/minilm | grep -q 'models/minilm: fetched' || fail "minilm"
grep -q all-MiniLM-L6-v2 models/minilm/manifest.json || fail "the source is not in the manifest"

# A damaged copy is fetched again; another model takes its place.
echo damage >>models/good/config.json
"$program" fetch tests/good | grep -q 'models/good: fetched' || fail "damage was not seen"
"$program" fetch minilm --output models/good | grep -q 'models/good: fetched' || fail "replacing"

# A hub without a listing; one that lists names which nobody should use.
"$program" fetch tests/plain --output plain | grep -q 'plain: fetched, 3 files' || fail "no listing"
"$program" fetch tests/names --output names | grep -q 'names: fetched, 3 files' || fail "odd names"
[ ! -e ../planted ] && [ ! -e planted ] || fail "a name from the listing was used"
rm -r plain names

# A model that asks for a token: it goes to the hub, and not to where the hub sends on.
refused 4 "set HF_TOKEN to a token" "$program" fetch tests/gated --output y
HF_TOKEN=hf_wrong refused 4 "the token in HF_TOKEN may not read this model" \
    "$program" fetch tests/gated --output y
HF_TOKEN=$'hf_right\n' "$program" fetch tests/gated --output gated | grep -q ': fetched' ||
    fail "a token"
grep -q '^/storage/tests/gated/model.safetensors -$' hub/requests || fail "the token went astray"
rm -r gated
HF_TOKEN='hf_two words' refused 2 "HF_TOKEN is no token" "$program" fetch tests/good --output y

# A hub that sends something else.
refused 3 "the SHA-256 of what was received" "$program" fetch tests/wronghash
refused 3 "the git hash of what was received" "$program" fetch tests/wrongtext
refused 3 "the git hash of what was received" "$program" fetch tests/othertext
refused 4 "were received" "$program" fetch tests/wrongsize
refused 4 "/tests/cutoff/resolve/main/model.safetensors" "$program" fetch tests/cutoff
refused 4 "bytes or more were received, " "$program" fetch tests/longer
refused 4 "at most 33554432 are taken" "$program" fetch tests/endlesstext
refused 4 "at most 2097152 are taken" "$program" fetch tests/endlesslisting
refused 4 "does not say how long the file is" "$program" fetch tests/endlessweights
refused 4 "the file has 1000000000000000 bytes or more" "$program" fetch tests/huge
refused 4 "redirects" "$program" fetch tests/loop
refused 4 "download failed" "$program" fetch tests/tofile
refused 3 "a web page was sent" "$program" fetch tests/page
refused 3 "JSON" "$program" fetch tests/nameless
refused 4 "try again in 7 s (HTTP 429" "$program" fetch tests/busy
refused 4 "HTTP 503" "$program" fetch tests/broken
refused 3 "the model has no model.safetensors on the hub" "$program" fetch tests/nothing
refused 4 "404" "$program" fetch tests/unknown
for name in slow slowheaders silent; do
    HF_HUB_DOWNLOAD_TIMEOUT=2 refused 4 "Operation too slow" timeout 30 \
        "$program" fetch "tests/$name"
done
HF_HUB_DOWNLOAD_TIMEOUT=soon refused 2 "HF_HUB_DOWNLOAD_TIMEOUT" "$program" fetch tests/good --output y
HF_ENDPOINT=http://127.0.0.1:1 refused 4 "Failed to connect to 127.0.0.1 port 1" \
    "$program" fetch tests/good --output y
HF_ENDPOINT=file://$work/hub refused 2 "HF_ENDPOINT" "$program" fetch tests/good --output y

# No message tells a password.
port=$(cat port)
for endpoint in "http://user:s3cret@127.0.0.1:1" "http://user:s3cret@127.0.0.1:$port" \
    "http://s3cret@127.0.0.1:1" "http://user:s3cret/x@127.0.0.1:1" "http://user:s3cret#@127.0.0.1:1" \
    "http://127.0.0.1:$port/?token=s3cret" "user:s3cret@127.0.0.1:1" "http://user:x@s3cret@[::1" \
    "http:/user:s3cret@127.0.0.1:1" "http://127.0.0.1:1#s3cret"; do
    code=0
    HF_ENDPOINT=$endpoint HF_TOKEN=hf_s3cret "$program" fetch tests/busy --output y \
        >"$work/out" 2>&1 || code=$?
    [ "$code" != 0 ] && [ "$(wc -l <"$work/out")" = 1 ] || fail "$endpoint: $(cat "$work/out")"
    grep -q s3cret "$work/out" && fail "a secret was told: $(cat "$work/out")"
done
for proxy in "user:s3cret" "http://user:s3cret@127.0.0.1:1" "http://user:s3cret@@127.0.0.1:x" "s3cret:@:" \
    "odd://user:s3cret@127.0.0.1:1" "http://user:s3cret@no-such-host.invalid"; do
    code=0
    no_proxy='' http_proxy=$proxy "$program" fetch tests/good --output y >"$work/out" 2>&1 || code=$?
    [ "$code" = 4 ] && [ "$(wc -l <"$work/out")" = 1 ] || fail "proxy $proxy: $(cat "$work/out")"
    grep -q s3cret "$work/out" && fail "a secret was told: $(cat "$work/out")"
done

# Ctrl-C and kill leave nothing that a later fetch is troubled by.
"$program" fetch tests/slow --output stopped 2>"$work/err" &
pid=$!
for _ in $(seq 100); do
    [ -e stopped.partial ] && break
    sleep 0.1
done
kill -TERM "$pid"
code=0
wait "$pid" || code=$?
[ "$code" = 143 ] || fail "SIGTERM gave $code: $(cat "$work/err")"
grep -qx "mpibert: fetch: interrupted, nothing was kept" "$work/err" || fail "$(cat "$work/err")"
[ -z "$(ls -d stopped* 2>/dev/null)" ] || fail "SIGTERM left files"
"$program" fetch tests/slow --output stopped &
pid=$!
for _ in $(seq 100); do
    [ -e stopped.partial ] && break
    sleep 0.1
done
kill -KILL "$pid"
wait "$pid" 2>/dev/null || true
"$program" fetch tests/good --output stopped | grep -q 'stopped: fetched' || fail "after a kill"
[ ! -e stopped.partial ] || fail "a killed fetch left its folder"

[ "$(ls models | tr '\n' ' ')" = "good minilm small-1.0-py3-none-any " ] || fail "leftovers in models"
[ ! -e y ] || fail "a failure left a folder"
