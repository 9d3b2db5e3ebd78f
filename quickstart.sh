#!/usr/bin/env bash
# From a fresh Debian or Ubuntu machine to a fine-tuned BERT classifier on two ranks.
set -euo pipefail
cd "$(dirname "$0")"
. scripts/setup.sh

plan install build fetch shards train

begin_part "Installing what the program needs"
install_packages "${packages[@]}"

begin_part "Building the program"
build release --target mpibert

begin_part "Getting a pretrained model"
if fetch_minilm; then
    config=configs/newsposts.yaml
    run=runs/newsposts
else
    echo "No pretrained weights could be fetched: a small model that starts at random is used."
    config=configs/newsposts_random.yaml
    run=runs/newsposts_random
fi

begin_part "Cutting datasets/newsposts into shards"
mpirun -n 2 build/release/mpibert preprocess --config "$config" --output shards/newsposts

begin_part "Fine-tuning on two ranks"
mpirun -n 2 build/release/mpibert train --config "$config" data.train=shards/newsposts

cat <<END

The model is in $run/final; transformers' from_pretrained loads it as it is. Try:
    echo "The goalie lost his stick." | build/release/mpibert predict --model $run data.remove_noise=null
END
