#!/usr/bin/env bash
# bench measures something plausible on one rank and on several, and says so in JSON and in tables.
# How fast this machine is, is not tested.
. "$(dirname "$0")/lib.sh"

tiny=(--shape mini --batch 2 --length 16 --steps 1)

# positive MEMBER...: $work/json is one JSON object, in which each MEMBER is a number above 0, or
# holds nothing else. Without Python, the members are at least there.
positive() {
    if ! command -v python3 >/dev/null; then
        for member in "$@"; do
            grep -q "\"$member\"" "$work/json" || fail "no $member in $(cat "$work/json")"
        done
        return
    fi
    python3 - "$work/json" "$@" <<'EOF' || fail "$(cat "$work/json")"
import json
import sys

def numbers(value):
    items = list(value.values()) if isinstance(value, dict) else value
    return sum(map(numbers, items), []) if isinstance(items, list) else [items]

result = json.load(open(sys.argv[1]))
for member in sys.argv[2:]:
    found = numbers(result[member])
    if not found or not all(isinstance(n, (int, float)) and n > 0 for n in found):
        sys.exit(f"{member} is {result[member]}")
if result.get("efficiency", 0) > 1.2:
    sys.exit("more useful work than the machine can do")
for kernel in result.get("kernels", []):
    rate = kernel["gflops"] if kernel["peak"] == "fma" else kernel["bytes_per_second"]
    if min(rate, kernel["seconds"], kernel["share_of_peak"]) <= 0:
        sys.exit(f"{kernel} was not measured")
for message in result.get("messages", []):
    bus = message["bus_bytes_per_second"]
    if message["bytes_per_second"] <= 0 or (bus > 0) != (result["machine"]["ranks"] > 1):
        sys.exit(f"{message} was not measured")
EOF
}

# The phases of each step follow each other and make up what it takes.
timeline() {
    python3 - "$work/json" <<'EOF' || fail "$(cat "$work/json")"
import json
import sys

result = json.load(open(sys.argv[1]))
for times, seconds in zip(result["timeline"], result["seconds"], strict=True):
    moments = [times[name] for name in ("forward", "backward", "wait", "update", "end")]
    if moments != sorted(moments) or not 0 < moments[-1] - moments[0] <= seconds:
        sys.exit(f"{moments} of a step of {seconds} s")
EOF
}

step=(tokens flops first_step_seconds seconds tokens_per_second gemm_gflops efficiency
    peak_rss_bytes)
for ranks in 1 2; do
    for what in train infer; do
        on "$ranks" bench "$what" "${tiny[@]}" --json >"$work/json"
        positive "${step[@]}"
        grep -q '"tokens": 32,' "$work/json" || fail "$ranks ranks count other tokens"
        [ $what = infer ] || ! command -v python3 >/dev/null || timeline
    done
    on "$ranks" bench kernels "${tiny[@]}" --json >"$work/json"
    positive fma_gflops gemm_gflops gemm_size bf16_gemm_gflops bf16_gemm_size stream_bytes_per_second
    for kernel in gemm.qkv.forward attention.backward layernorm.forward rows.gelu optim.adamw; do
        grep -q "\"name\": \"$kernel\"" "$work/json" || fail "$kernel was not measured"
    done
    on "$ranks" bench allreduce "${tiny[@]}" --json >"$work/json"
    positive
    grep -q '"messages": \[{"bytes": 4096,' "$work/json" || fail "$(cat "$work/json")"
done

# More ranks than sequences, and lengths of a file from its start again.
printf '5\n9\n' >"$work/lengths"
on 3 bench train --shape mini --batch 2 --lengths "$work/lengths" --steps 2 --threads 1 --json \
    >"$work/json"
positive "${step[@]}"
grep -q '"tokens": 14,' "$work/json" || fail "the lengths of a file count otherwise"
"$program" bench infer --shape distil --batch 3 --lengths "$work/lengths" --steps 1 --json \
    >"$work/json"
grep -q '"tokens": 19,' "$work/json" || fail "the lengths of a file do not start again"

# Memory alone: as planned before any of it was taken, but for what the allocator rounds up and what
# MPI takes for messages, which is a few MiB of some hundred.
planned_is_the_peak() {
    sed -nE 's/.*"peak_rss_bytes": ([0-9]+), "planned_bytes": ([0-9]+), "checkpointed_layers": ([0-9]+).*/\1 \2 \3/p' \
        "$work/json" >"$work/memory"
    awk -v layers="$1" 'NF != 3 || $1 > 1.05 * $2 || $1 < 0.97 * $2 || $3 != layers { bad = 1 }
        END { exit bad || NR != 1 }' "$work/memory" || fail "$(cat "$work/json")"
}
memory=(--shape mini --batch 16 --length 64 --steps 0 --json)
for ranks in 1 2; do
    on "$ranks" bench train "${memory[@]}" --activation-checkpointing none >"$work/json"
    planned_is_the_peak 0
    on "$ranks" bench train "${memory[@]}" --activation-checkpointing all >"$work/json"
    planned_is_the_peak 5
done
! grep -q seconds "$work/json" || fail "a step was taken"
read -r _ least _ <"$work/memory"
on 2 bench train "${memory[@]}" "--memory-limit=$((least + 1048576))" >"$work/json"
planned_is_the_peak 5
"$program" bench infer "${memory[@]}" >"$work/json"
grep -q '"peak_rss_bytes": [0-9]*}' "$work/json" || fail "$(cat "$work/json")"

on 2 bench train "${tiny[@]}" --precision bf16 --json >"$work/json"
positive "${step[@]}"
grep -q '"precision": "bf16"' "$work/json" || fail "bf16 was asked for: $(cat "$work/json")"

# Every task, whose head does work of its own: answers read all rows, a class one a sequence.
flops() { sed -nE 's/.*"flops": ([0-9]+).*/\1/p' "$work/json"; }
on 1 bench train "${tiny[@]}" --json >"$work/json"
class=$(flops)
for task in choice token qa mlm; do
    on 1 bench train "${tiny[@]}" --task $task --labels 3 --json >"$work/json"
    positive "${step[@]}"
    case $task in token | qa) [ "$(flops)" -gt "$class" ] || fail "$task: $(cat "$work/json")" ;; esac
done

# Tables for people.
on 2 bench train "${tiny[@]}" >"$work/table"
for line in "^2 rank(s) x 1 thread(s)" "^mini: 2 sequences, 32 tokens" "^Efficiency  .* %" \
    "^Peak memory .* MiB a rank"; do
    grep -q "$line" "$work/table" || fail "the table lacks '$line': $(cat "$work/table")"
done
"$program" bench kernels "${tiny[@]}" --threads 1 >"$work/table"
grep -q "^gemm.expand.forward  *32 x 1536 x 384 .* GFLOP/s .* %" "$work/table" ||
    fail "$(cat "$work/table")"
on 2 bench allreduce "${tiny[@]}" >"$work/table"
grep -q "^ *4 KiB .* ms .* GB/s" "$work/table" || fail "$(cat "$work/table")"

# More threads than cores are possible and said, and so are cores that the launcher left out.
cores=$(nproc)
"$program" bench train "${tiny[@]}" --threads $((cores + 1)) >"$work/table" 2>"$work/err"
grep -q "^1 rank(s) x $((cores + 1)) thread(s), $cores core(s)" "$work/table" ||
    fail "$(cat "$work/table")"
grep -q "warning: $((cores + 1)) threads are 1 more than a rank has cores" "$work/err" ||
    fail "too many threads are not mentioned: $(cat "$work/err")"
if [ "$cores" -gt 1 ]; then
    "${mpirun[0]}" --bind-to core -n 1 "$program" bench train "${tiny[@]}" >"$work/table" 2>"$work/err"
    grep -q "$((cores - 1)) core(s) of this node stay idle.*--bind-to none" "$work/err" ||
        fail "idle cores are not mentioned: $(cat "$work/err")"
fi

refuses 2 "mpibert: bench: kernels, train, infer or allreduce was expected (command line)" bench
refuses 2 "'tarin' cannot be measured, allowed are kernels, train, infer, allreduce" bench tarin
refuses 2 "--shape is 'huge', allowed are mini, distil, base, large" bench train --shape huge
refuses 2 "--task is 'ner', one of model.task's was expected (command line)" bench train --task ner
refuses 2 "--task is for bench train only (command line)" bench infer --task qa
refuses 2 "--labels is '0', a whole number from 1 to" bench train --task token --labels 0
refuses 2 "--batch is '0', a whole number from 1 to" bench train --batch 0
refuses 2 "--length is '513', a whole number from 1 to 512" bench train --length 513
refuses 2 "--steps is 'many', a whole number from 0 to" bench train --steps many
refuses 2 "--precision is 'fp8', allowed are fp32, bf16" bench train --precision fp8
refuses 2 "--threads is '-1', a whole number from 1 to" bench train --threads -1
refuses 2 "--steps is '0', a whole number from 1 to" bench kernels --steps 0
refuses 2 "--activation-checkpointing is 'some', allowed are auto, none, all" \
    bench train --activation-checkpointing some
refuses 2 "--memory-limit is '20G', a size as in 20GiB, 20 GB or plain bytes" \
    bench train --memory-limit 20G
refuses 2 "--activation-checkpointing and --memory-limit are for bench train only" \
    bench infer --memory-limit 20GB
refuses 4 "are granted: weights, gradients and moments" \
    bench train --shape mini --memory-limit 50MiB
refuses 2 "--length and --lengths exclude each other" bench train --length 3 --lengths x
refuses 3 "no/such.txt" bench train --lengths no/such.txt
printf '5\nsix\n' >"$work/lengths"
refuses 3 "'six' is no length, a whole number from 1 to 512 was expected ($work/lengths, line 2)" \
    bench train --lengths "$work/lengths"
