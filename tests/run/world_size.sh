#!/usr/bin/env bash
# With dropout on, the loss of every step is the same on 1, 2, 3 and 4 ranks and with 1 or 2 threads.
. "$(dirname "$0")/lib.sh"

# Only the order in which gradients are summed differs: float rounding, grown over 20 steps.
tolerance=1e-4

# What validation found, one line each.
validations() {
    sed -nE '/"eval_loss"/s/.*"eval_loss": *([-+.0-9eE]+).*/\1/p' "$1/metrics.jsonl"
}

# Few sequences a rank, so that the largest micro-batches of the ranks differ in size.
small_run+=(training.batch_size=6)

for ranks in 1 2 3 4; do
    on "$ranks" train "${small_run[@]}" "checkpoint.directory=$work/ranks$ranks" >/dev/null 2>&1
    losses "$work/ranks$ranks" >"$work/$ranks.txt"
    validations "$work/ranks$ranks" >"$work/val$ranks.txt"
done
on 1 train "${small_run[@]}" cluster.threads_per_rank=2 "checkpoint.directory=$work/threads2" \
    >/dev/null 2>&1
losses "$work/threads2" >"$work/threads2.txt"

[ "$(wc -l <"$work/1.txt")" -ge 10 ] || fail "fewer steps than expected"
[ "$(sort -u "$work/1.txt" | wc -l)" -ge 5 ] || fail "the loss does not move"
for other in 2 3 4; do
    near "$work/val1.txt" "$work/val$other.txt" "$tolerance" || fail "validations of 1 and $other differ"
done
for other in 2 3 4 threads2; do
    near "$work/1.txt" "$work/$other.txt" "$tolerance" || fail "losses of 1 and $other differ"
done
