#!/usr/bin/env python3
"""Lets Optuna (https://optuna.org, `pip install optuna`) search settings of clvae. It is an example:
copy it and change the space. Any number of workers share a study through its journal file, on one
host or on several that see the folder. A worker that is stopped puts its trial back, and the same
command goes on with its runs; the runs of a worker that was killed are found again where the study
comes upon the same settings.

    python3 configs/optuna_search.py configs/mnist.yaml --folder runs/search --trials 40 &
    python3 configs/optuna_search.py configs/mnist.yaml --folder runs/search --trials 40 &

The classes in REPORTED have no part in any trial: neither in training nor in the tests. Each trial
has every class in CHOOSING as the anomaly in turn, and is judged by the mean AUC. What the study
finds is then reported on the others alone, by the command that is printed at the end."""

import argparse
import json
import pathlib
import subprocess
import sys

import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import TrialState

CHOOSING = [5, 6, 7, 8, 9]
REPORTED = [0, 1, 2, 3, 4]
CRITERION = ("clvae", "density", "mean")  # method, score and merge, named before the search


def suggest(trial):
    """The settings of a trial: keys of the config with their values."""
    return {
        "model.latent_dim": trial.suggest_int("model.latent_dim", 2, 16, log=True),
        "training.alpha": trial.suggest_float("training.alpha", 0.02, 0.9, log=True),
        "training.learning_rate": trial.suggest_float("training.learning_rate", 3e-4, 1e-2,
                                                     log=True),
    }


def sets(settings):
    """The same as options."""
    return [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]


def folder_of(settings):
    """The name of the folder for some settings: the same whenever they come up."""
    return ",".join(f"{key}={value}" for key, value in settings.items())


def auc_of(run):
    """The AUC of the largest ensemble."""
    curves = json.loads((run / "auc.json").read_text(encoding="utf-8"))["curves"]
    [curve] = [one for one in curves if (one["method"], one["score"], one["merge"]) == CRITERION]
    return curve["rows"][-1]["auc_mean"]


def objective(trial, arguments):
    """The mean AUC over the choosing classes."""
    aucs = []
    for step, label in enumerate(CHOOSING):
        run = arguments.folder / folder_of(trial.params) / f"outlier_{label}"
        command = [*arguments.clvae, "run", arguments.config, "--output", str(run),
                   *[word for key in arguments.set for word in ("--set", key)], *sets(trial.params),
                   "--set", f"dataset.outlier_classes=[{label}]",
                   "--set", f"dataset.excluded_classes={REPORTED}"]
        status = subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode
        if status == 75:  # asked to stop: the run is kept, and whoever comes next goes on with it
            trial.study.enqueue_trial(trial.params)
            raise KeyboardInterrupt
        if status == 2:  # a mistake in the command, config or data, which other settings share
            sys.exit(f"trial {trial.number}: {' '.join(command)} was refused, see above")
        if status != 0:  # these settings could not be trained
            raise RuntimeError(f"clvae ended with status {status}")
        aucs.append(auc_of(run))
        trial.report(sum(aucs) / len(aucs), step)
        if trial.should_prune():
            raise optuna.TrialPruned
    return sum(aucs) / len(aucs)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("config")
    parser.add_argument("--folder", type=pathlib.Path, required=True,
                        help="of the study and its runs")
    parser.add_argument("--trials", type=int, default=20, help="of all workers together")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--clvae", nargs="+", default=["clvae"],
                        help="the words that start it, e.g. --clvae mpirun -np 4 clvae")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    storage = JournalStorage(JournalFileBackend(str(arguments.folder / "study.journal")))
    study = optuna.create_study(study_name="clvae", storage=storage, direction="maximize",
                                load_if_exists=True)
    finished = optuna.study.MaxTrialsCallback(
        arguments.trials, states=(TrialState.COMPLETE, TrialState.PRUNED, TrialState.FAIL))
    try:
        study.optimize(lambda trial: (suggest(trial), objective(trial, arguments))[1],
                       callbacks=[finished], catch=(RuntimeError,))
    except KeyboardInterrupt:
        return 75
    print(f"best of {len(study.trials)} trials: mean AUC {study.best_value:.4f} on classes "
          f"{CHOOSING} with {study.best_params}; report it on the others:")
    print(" ".join(["clvae sweep", arguments.config, "--outliers", ",".join(map(str, REPORTED)),
                    "--output", str(arguments.folder / "reported"), *sets(study.best_params)]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
