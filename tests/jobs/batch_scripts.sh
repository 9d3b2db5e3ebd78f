#!/usr/bin/env bash
# The scripts of slurm/ with stand-ins for Slurm: what they start, and when they start again.
. "$(dirname "$0")/lib.sh"

export MPIBERT_HOME=$PWD SLURM_JOB_ID=17 SLURM_CPUS_PER_TASK=3
export PATH=$work/bin:$PATH
mkdir "$work/bin"
# command NAME LINE...: says its arguments in $work/said.
command_does() {
    printf '%s\n' '#!/usr/bin/env bash' "echo \"$1 \$*\" >>'$work/said'" "${@:2}" >"$work/bin/$1"
    chmod +x "$work/bin/$1"
}
command_does program
mv "$work/bin/program" "$work/program"
export MPIBERT=$work/program

# gives CODE SCRIPT ARGUMENT...: the script's exit code; $work/said begins anew.
gives() {
    local code=$1 found=0
    shift
    : >"$work/said"
    bash "slurm/$1" "${@:2}" >"$work/log" 2>&1 || found=$?
    [ "$found" = "$code" ] || fail "$* gave $found instead of $code: $(cat "$work/log")"
}

said() {
    grep -qxF -- "$1" "$work/said" || fail "no '$1' in: $(cat "$work/said" "$work/log")"
}

for script in slurm/*; do
    bash -n "$script"
    if command -v shellcheck >/dev/null; then
        shellcheck -x "$script"
    fi
done

# srun by default, mpirun by one variable; the cores of a rank are its threads.
command_does srun
command_does mpirun
gives 0 train.sbatch a.yaml training.epochs=2
said "srun --mpi=pmix --kill-on-bad-exit=1 --distribution=block:block $work/program train --config a.yaml training.epochs=2 cluster.threads_per_rank=3"
MPIBERT_LAUNCH="mpirun --bind-to none" gives 0 predict.sbatch --model m cluster.threads_per_rank=1
said "mpirun --bind-to none $work/program predict --model m cluster.threads_per_rank=1"
gives 2 train.sbatch
gives 2 preprocess.sbatch a.yaml
MPIBERT=$work/nothing gives 2 train.sbatch a.yaml

# 75 starts the job again, by the name that it has for scontrol, so many times and no more.
command_does srun 'exit 75'
command_does scontrol
gives 75 train.sbatch a.yaml
said 'scontrol requeue 17'
SLURM_ARRAY_JOB_ID=15 SLURM_ARRAY_TASK_ID=2 gives 75 train.sbatch a.yaml
said 'scontrol requeue 15_2'
SLURM_RESTART_COUNT=100 gives 75 train.sbatch a.yaml
grep -q scontrol "$work/said" && fail "started again for ever"
MPIBERT_REQUEUES=0 gives 75 train.sbatch a.yaml
grep -q scontrol "$work/said" && fail "started again though it should not"
gives 75 evaluate.sbatch --model m
grep -q scontrol "$work/said" && fail "an evaluation has nothing saved to go on from"

# Other failures end it.
for code in 2 3 4 5 137; do
    command_does srun "exit $code"
    gives $code train.sbatch a.yaml
    grep -q scontrol "$work/said" && fail "started again after $code"
done

# Slurm's signal to the script reaches the launcher, whose exit code counts.
command_does srun 'trap "echo asked >>'"$work/said"'; exit 75" USR1' 'kill -USR1 $PPID' 'sleep 20 & wait'
gives 75 train.sbatch a.yaml
said asked
said 'scontrol requeue 17'
# preprocess knows no such signal and dies of it.
command_does srun 'kill -USR1 $PPID' 'sleep 20'
gives 75 preprocess.sbatch a.yaml --output shards
said 'scontrol requeue 17'

# The pairs of a sweep.
command_does srun 'exit 75'
for task in 0 1 2 3; do
    RATES="1e-5 2e-5" SEEDS="7 8" SLURM_ARRAY_JOB_ID=15 SLURM_ARRAY_TASK_ID=$task gives 75 sweep.sbatch x/a.yaml
    sed -nE 's/.*(training.learning_rate=.*) cluster.*/\1/p' "$work/said"
done >"$work/pairs"
for pair in '1e-5 7' '1e-5 8' '2e-5 7' '2e-5 8'; do
    echo "training.learning_rate=${pair% *} training.seed=${pair#* } checkpoint.directory=runs/a-sweep/rate-${pair% *}-seed-${pair#* }"
done | diff - "$work/pairs" || fail "other pairs"
SEEDS=7 SLURM_ARRAY_TASK_ID=3 gives 2 sweep.sbatch a.yaml

# A pipeline's jobs wait for each other; of several starts any may end the training.
command_does sbatch "wc -l <'$work/said'"
TEST=test.csv TRAIN=--nodes=4 STARTS=2 gives 0 pipeline.sh c/a.yaml training.epochs=2
cat >"$work/expected" <<END
sbatch --parsable $PWD/slurm/preprocess.sbatch c/a.yaml --output shards/a training.epochs=2
sbatch --parsable --kill-on-invalid-dep=yes --dependency=afterok:1 --nodes=4 $PWD/slurm/train.sbatch c/a.yaml training.epochs=2 data.train=shards/a checkpoint.directory=runs/a
sbatch --parsable --kill-on-invalid-dep=yes --dependency=afterok:1,afternotok:2 --kill-on-invalid-dep=yes --nodes=4 $PWD/slurm/train.sbatch c/a.yaml training.epochs=2 data.train=shards/a checkpoint.directory=runs/a
sbatch --parsable --kill-on-invalid-dep=yes --dependency=afterok:2?afterok:3 $PWD/slurm/evaluate.sbatch --model runs/a --data test.csv --output runs/a/evaluation.json
END
diff "$work/expected" "$work/said" || fail "other jobs"
gives 2 pipeline.sh
gives 2 chain.sh
STARTS=none gives 2 chain.sh slurm/train.sbatch a.yaml
