#!/usr/bin/env bash
# embed gives transformers' vectors, pooled as sentence-transformers does, on any number of ranks, in each
# format; similarity, components and search are scikit-learn's; what is wrong is said.
. "$(dirname "$0")/lib.sh"

program=$(realpath "$program")
golden=$PWD/tests/golden/vectors
model=$golden/model
texts=$golden/texts.txt
cd "$work"

# close WANT GOT: files of numbers, one a line. Floats through two layers leave 4e-7 of numbers up to 2.
close() {
    [ "$(wc -l <"$1")" = "$(wc -l <"$2")" ] || fail "$1 and $2 differ in length"
    paste "$1" "$2" | awk '
        { d = $1 - $2; if (d < 0) d = -d
          if (!(d <= 2e-6)) { print "line " NR ": " $1 " and " $2; bad = 1 } }
        END { exit bad }' || fail "$2"
}
# numbers: all within brackets of standard input, one a line.
numbers() { grep -oE '\[.*\]' | tr -d '[] ' | tr ',' '\n'; }
# embed ARGUMENT...: from the golden texts to standard output.
embed() { "$program" embed --input "$texts" "$@" 2>err || fail "embed $*: $(cat err)"; }

for how in cls mean max; do
    embed --model "$model" --pooling "$how" | numbers >"$how"
    numbers <"$golden/$how.jsonl" >want
    close want "$how"
done
for layer in 0 1; do
    embed --model "$model" --pooling mean --layer "$layer" | numbers >"mean.$layer"
    numbers <"$golden/mean.$layer.jsonl" >want
    close want "mean.$layer"
done
embed --model "$model" --pooling mean --layer -2 | numbers | cmp - mean.1 || fail "-2 is not layer 1 of 2"
embed --model "$model" --pooling cls --layer 1 --output some.npy
embed --model "$model" --pooling none --layer 1 --output all.jsonl
sed 's/.*"embeddings": //' all.jsonl | sed 's/\].*/]/' | numbers >want
od -A n -v -t f4 -w4 -j 128 some.npy | tr -d ' ' >got
close want got

# Without a word the vector is that of [CLS].
embed --model "$model" | numbers | cmp - cls || fail "the default is not cls"

# Tokens, with their places.
embed --model "$model" --pooling none >none.jsonl
sed 's/.*"embeddings": //' none.jsonl | numbers >none
numbers <"$golden/none.jsonl" >want
close want none
grep -qF '"tokens": ["[CLS]", "wind", "##y", "sun", "[SEP]"], "offsets": [[0, 0], [0, 4], [4, 5], [6, 9], [0, 0]]' \
    none.jsonl || fail "$(cut -c -300 none.jsonl)"

# A directory of sentence-transformers has its own way, unless another one is given.
cp -r "$model" own && chmod -R u+w own && cp -r "$golden/sentence/." own
embed --model own | numbers >sentence
numbers <"$golden/sentence.jsonl" >want
close want sentence
grep -qF "1 of 6 texts were cut" err || fail "nothing is said of what was cut: $(cat err)"
embed --model own --pooling cls model.max_seq_length=12 | numbers | cmp - cls || fail "own cls"
embed --model "$model" --pooling mean --normalize model.max_seq_length=6 | numbers | cmp - sentence ||
    fail "--normalize is not what sentence-transformers does"
sed -i 's/"pooling_mode_mean_tokens": true/"pooling_mode": "max"/' own/1_Pooling/config.json
printf '[{"path": "", "type": "Transformer"}, {"path": "1_Pooling", "type": "a.b.Pooling"}]' >own/modules.json
embed --model own model.max_seq_length=12 | numbers | cmp - max || fail "version 5 says it in a word"
sed -i 's/"max"/"weightedmean"/' own/1_Pooling/config.json
refuses 3 "pooling_mode is 'weightedmean', cls, mean or max was expected" embed --model own --input "$texts"
sed -i 's/a.b.Pooling/a.b.Dense/' own/modules.json
refuses 3 "module 'Dense' in '1_Pooling'" embed --model own --input "$texts"
sed -i 's/"1_Pooling"/"..\/1_Pooling"/' own/modules.json
refuses 3 "the module's path is '../1_Pooling'" embed --model own --input "$texts"

# The bits are those of any number of ranks, from a file and from standard input, in each format.
for ranks in 1 2 3 4; do
    for ending in jsonl npy h5; do
        on "$ranks" embed --model "$model" --pooling mean --input "$texts" --output "$ranks.$ending" 2>err ||
            fail "$ranks ranks: $(cat err)"
        cmp "1.$ending" "$ranks.$ending" || fail "$ranks ranks give other bits"
    done
    on "$ranks" embed --model "$model" --pooling none --output "$ranks.none.h5" <"$texts" 2>err ||
        fail "$ranks ranks: $(cat err)"
    cmp 1.none.h5 "$ranks.none.h5" || fail "$ranks ranks give other bits of tokens"
done
[ "$(head -c 6 1.npy | od -A n -t x1 | tr -d ' ')" = 934e554d5059 ] || fail "no NumPy file"
head -c 128 1.npy | grep -qaF "{'descr': '<f4', 'fortran_order': False, 'shape': (6, 8), }" || fail "NumPy's header"
od -A n -v -t f4 -w4 -j 128 1.npy | tr -d ' ' >got
numbers <"$golden/mean.jsonl" >want
close want got

# JSON lines, with ids; chunks of a long text are put together.
printf '{"id": "a", "text": "rain and wind"}\n{"id": "b", "text": "sun"}\n' >texts.jsonl
"$program" embed --model "$model" --input texts.jsonl 2>err | head -n 1 | grep -q '^{"id": "a", ' || fail "ids"
printf 'rain %.0s' {1..40} >long.txt
"$program" embed --model "$model" --pooling mean --input long.txt data.long_documents=chunk >chunks 2>err ||
    fail "chunks: $(cat err)"
[ "$(wc -l <chunks)" = 1 ] || fail "chunks stay apart"

# Similarity and components.
embed --model "$model" --pooling mean --similarity --pca 2 --output found.h5 >lines
awk -F '[][, ]+' '{ for (k = NR + 2; k < NF; k++) printf "%.3f\n", $k }' "$golden/cosines.jsonl" >want
sed -nE 's/^(-?[0-9.]+) \| .* ↔ .*/\1/p' lines >got
cmp want got || fail "cosines: $(cat lines)"
grep -qF 'rain and wind... ↔ snowy snow sunny wind and rain...' lines || fail "$(cat lines)"
head -n 6 "$golden/pca.jsonl" | tr -d '[],' | awk '{ printf "%.4f %.4f\n", $1, $2 }' >want
sed -n '/^Principal/,$p' lines | tail -n +2 | awk '{ print $1, $2 }' >got
cmp want got || fail "components: $(cat lines)"
tail -n 1 "$golden/pca.jsonl" | tr -d '[],' |
    awk '{ printf "Principal Components (explained variance %.3f, %.3f):\n", $1, $2 }' >want
grep -qxFf want lines || fail "the variance: $(cat lines)"
for picture in found.similarity.svg found.pca.svg; do
    grep -q '^<svg xmlns=' "$picture" && tail -n 1 "$picture" | grep -qx '</svg>' || fail "$picture"
    ! grep -qiE 'script|href|url\(|@import' "$picture" || fail "$picture is not self-contained"
    grep -q 'prefers-color-scheme: dark' "$picture" || fail "$picture knows no dark"
done
printf '<script>alert("1")</script> & rain\nsun\n' >hostile.txt
"$program" embed --model "$model" --input hostile.txt --similarity --pca 2 >lines 2>err || fail "$(cat err)"
grep -qF '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; rain' embeddings.pca.svg || fail "no escape"
! grep -qF '<script' embeddings.similarity.svg embeddings.pca.svg || fail "a script"

# Search: the text itself comes first, with cosine 1; all are compared, in order.
embed --model "$model" --pooling mean --output index.h5
search() { "$program" embed --model "$model" --pooling mean "$@"; }
search --search "windy sun" --index index.h5 --top 3 >hits 2>err || fail "$(cat err)"
[ "$(wc -l <hits)" = 3 ] || fail "$(cat hits)"
head -n 1 hits | grep -qE '^\{"id": "3", "similarity": (1.0|0.99999).*"text": "windy sun"\}' || fail "$(cat hits)"
sed -n 4p "$golden/cosines.jsonl" | tr -d '[] ' | tr ',' '\n' | sort -rg | head -n 3 >want
sed -E 's/.*"similarity": ([^,]*),.*/\1/' hits >got
close want got
on 2 embed --model "$model" --pooling mean --search "windy sun" --index index.h5 --top 3 2>err | cmp - hits ||
    fail "search on 2 ranks: $(cat err)"
search --search rain --index index.h5 --top 100 2>err | wc -l | grep -qx 6 || fail "more than there are"
refuses 3 'the index was made with --pooling mean, the query with cls' embed --model "$model" \
    --search rain --index index.h5
refuses 3 'the index was made with --layer 2, the query with 1' embed --model "$model" --pooling mean \
    --layer 1 --search rain --index index.h5
other=$golden/../outputs/several
refuses 3 'the index was made by another model' embed --model "$other" --pooling mean --search rain \
    --index index.h5
refuses 3 "pooling is 'none', a vector a text was expected" embed --model "$model" --search rain \
    --index 1.none.h5
refuses 3 '(no.h5)' embed --model "$model" --search rain --index no.h5
for at in 3000 9000; do
    cp index.h5 bad.h5
    printf X | dd of=bad.h5 bs=1 seek="$at" conv=notrunc status=none
    refuses 3 '(bad.h5' embed --model "$model" --pooling mean --search rain --index bad.h5
done
head -c 2000 index.h5 >bad.h5
refuses 3 '(bad.h5' embed --model "$model" --pooling mean --search rain --index bad.h5

# A trained head is of no account, nor is an adapter's; what adapts the encoder is.
echo 'w5 w6 w7' >words.txt
for adapter in lora/bert lora/bert-all lora/distilbert bottleneck/bert-houlsby bottleneck/distilbert-pfeiffer; do
    (cd "$golden/../../.." && "$program" embed --model "tests/golden/$adapter" --pooling mean) \
        <words.txt >adapted 2>err || fail "$adapter: $(cat err)"
    base=${adapter#*/} && base=${base%%-*}
    (cd "$golden/../../.." && "$program" embed --model "tests/golden/model/$base" --pooling mean) \
        <words.txt >base 2>err || fail "$base: $(cat err)"
    ! cmp -s adapted base || fail "$adapter changes nothing"
done
"$program" embed --model "$other" <"$texts" >lines 2>err || fail "$(cat err)"
[ "$(wc -l <lines)" = 6 ] || fail "a classifier's encoder"

# What does not go.
refuses 2 "--pooling is 'sum', cls, mean, max or none was expected" embed --model "$model" --pooling sum
refuses 2 'layer 3 was asked for, 0 (the embeddings) to 2' embed --model "$model" --layer 3 --input "$texts"
refuses 2 'layer -4 was asked for' embed --model "$model" --layer -4 --input "$texts"
: >empty.txt
refuses 3 'the file is empty (empty.txt)' embed --model "$model" --input empty.txt
refuses 3 'the file is empty (standard input)' embed --model "$model" <empty.txt
refuses 2 "FILE.h5 or FILE.jsonl was expected (--output)" embed --model "$model" --pooling none \
    --input "$texts" --output x.npy
refuses 2 '--pooling none gives a vector a token' embed --model "$model" --pooling none --similarity \
    --input "$texts"
echo sun >one.txt
refuses 2 '2 principal components are found of as many texts at least, there are 1' embed --model "$model" \
    --input one.txt --pca 2
refuses 2 '--pca' embed --model "$model" --pca 1 --input "$texts"
mkdir folder.h5
refuses 2 '--output is a folder, a file was expected (folder.h5)' embed --model "$model" --input "$texts" \
    --output folder.h5
refuses 2 "--output is 'x.csv', a name that ends in .h5, .hdf5, .npy or .jsonl" embed --model "$model" \
    --input "$texts" --output x.csv
refuses 2 '--output is the file of --input' embed --model "$model" --input texts.jsonl --output texts.jsonl
refuses 4 'nowhere' embed --model "$model" --input "$texts" --output nowhere/x.h5
printf 'sun\n%.0s' {1..257} >many.txt
refuses 2 '--similarity compares 256 texts with each other at most, there are 257' embed --model "$model" \
    --input many.txt --similarity
refuses 2 '--search needs --index' embed --model "$model" --search rain
refuses 2 '--index is given without --search' embed --model "$model" --index index.h5
refuses 2 '--top is given without --search' embed --model "$model" --top 3
refuses 2 'do not go with it' embed --model "$model" --search rain --index index.h5 --pca 2
