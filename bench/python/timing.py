"""Times training in windows of iterations, as bench/train/train.ts does with flowtape's."""

import json
import sys
import time


def run(engine, training, problem):
    """Writes lines of JSON: one for the engine, and one for each mark with how long its windows took.

    `training(problem)` gives a function that trains for a number of iterations, waits until they are done, and gives
    the mean length of their trajectories and the last loss.
    """
    start = time.perf_counter()
    advance = training(problem)
    seconds = problem["seconds"]
    # The first call compiles, where anything does.
    advance(1)
    _write({"engine": engine, "firstSeconds": time.perf_counter() - start})
    done = 1
    for number, mark in enumerate(problem["marks"]):
        done += _warm_up(advance, mark["at"] - done, seconds)
        if number > 0 and done < mark["at"]:
            _write({"at": mark["at"], "skipped": done})
            return
        begun = done
        milliseconds, processor, lengths, loss = _time_windows(advance, mark, seconds)
        done += len(milliseconds) * mark["iterations"]
        length = sum(lengths) / len(lengths)
        times = {"milliseconds": milliseconds, "processorMilliseconds": processor}
        _write({"at": mark["at"], "begun": begun, **times, "meanLength": length, "loss": loss})


def _warm_up(advance, iterations, seconds):
    """Trains untimed, for no longer than ten times what is timed. Gives the iterations done."""
    end = time.perf_counter() + 10 * seconds
    done = 0
    while done < iterations and time.perf_counter() < end:
        piece = min(10, iterations - done)
        advance(piece)
        done += piece
    return done


def _time_windows(advance, mark, seconds):
    milliseconds, processor, lengths, loss = [], [], [], 0.0
    end = time.perf_counter() + seconds
    while len(milliseconds) < mark["windows"] and (len(milliseconds) < 3 or time.perf_counter() < end):
        start, used = time.perf_counter(), time.process_time()
        length, loss = advance(mark["iterations"])
        milliseconds.append(1000 * (time.perf_counter() - start) / mark["iterations"])
        processor.append(1000 * (time.process_time() - used) / mark["iterations"])
        lengths.append(length)
    return milliseconds, processor, lengths, loss


def _write(record):
    print(json.dumps(record), flush=True)
