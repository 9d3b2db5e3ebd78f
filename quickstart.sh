#!/usr/bin/env bash
# From a fresh Debian or Ubuntu machine to a fine-tuned BERT classifier on two ranks.
set -euo pipefail
cd "$(dirname "$0")"
. scripts/setup.sh

set_up

say "Getting a pretrained model"
if fetch_minilm; then
    config=configs/newsposts.yaml
    run=runs/newsposts
else
    echo "No pretrained weights could be fetched: a small model that starts at random is used."
    config=configs/newsposts_random.yaml
    run=runs/newsposts_random
fi

say "Cutting datasets/newsposts into shards"
mpirun --oversubscribe -n 2 build/release/mpibert preprocess --config "$config" \
    --output shards/newsposts

say "Fine-tuning on two ranks"
mpirun --oversubscribe -n 2 build/release/mpibert train --config "$config" \
    data.train=shards/newsposts

cat <<END

The model is in $run/final; transformers' from_pretrained loads it as it is. Try:

    echo "The goalie lost his stick behind the net." |
        build/release/mpibert predict --model $run/final
END
