#pragma once

/* Where a person may look on, and what is shown there of long work. */

#include "mpibert/corpus/corpus.h"
#include "mpibert/eval/predict.h"
#include "mpibert/report/progress.h"

/* Begins to show progress as logging.progress says, "auto", "on" or "off". A terminal counts where
 * standard error is one, or that of the launcher (mpirun, mpiexec) which passes on what this
 * process says and runs on the same machine; the launcher's own streams decide, because it gives
 * its ranks terminals or pipes of its own making. Everything else gets plain lines: a file, a pipe
 * to another program, a launcher elsewhere, srun without --pty, which passes whole lines alone.
 * With "auto", TERM=dumb, CI and NO_COLOR ask for plain lines, too. Local. */
mpb_progress mpb_screen_progress(const mpb_log *log, const char *mode);

/* What shows the progress of `data` and `eval`; `context` is an mpb_progress. */
mpb_corpus_progress_fn mpb_screen_corpus;
mpb_predict_progress_fn mpb_screen_predictions;
mpb_predict_progress_fn mpb_screen_validation;
