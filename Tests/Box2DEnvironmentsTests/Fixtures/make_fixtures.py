"""Strips recorded Gymnasium episodes to what the tests compare.

Usage: python3 make_fixtures.py RECORDINGS

RECORDINGS holds lunarlander_*.jsonl.gz and bipedalwalker_*.jsonl.gz, one episode of Gymnasium 1.4.0
(NumPy 2.4.6, Box2D 2.3.10) a line, and lunarlander_heuristic_returns.csv. The walkers were recorded in
a new environment each. The results go next to this script:

episodes.txt   per episode a line of fields (variant, wind, gravity, wind power, turbulence power,
               policy, seed, steps, whether it was terminated and whether truncated, generator
               state, increment and buffered half after the last step), then the reset's observation,
               then for each step action, observation and reward; floating-point numbers as the
               hexadecimal digits of their bits
walkers.txt    the same for walkers, with normal or hardcore as the only field before the policy
returns.txt    variant, seed, return, length and whether it was terminated, of Gymnasium's own
               controller
"""

import csv
import gzip
import json
import pathlib
import sys

source = pathlib.Path(sys.argv[1])
target = pathlib.Path(__file__).parent


def write(episode, settings, out):
    state, increment, has_half, half = episode["rng_after"]
    print(
        "episode",
        *settings,
        episode["policy"],
        episode["seed"],
        len(episode["actions"]),
        int(episode["terminated"]),
        int(episode["truncated"]),
        state,
        increment,
        half if has_half else "-",
        file=out,
    )
    print(episode["obs"][0], file=out)
    for step in zip(episode["actions"], episode["obs"][1:], episode["reward"]):
        print(*step, file=out)


with open(target / "episodes.txt", "w") as out:
    for path in sorted(source.glob("lunarlander_*.jsonl.gz")):
        for line in gzip.open(path, "rt"):
            episode = json.loads(line)
            options = episode["kwargs"]
            settings = (
                "continuous" if options.get("continuous") else "discrete",
                int(options.get("enable_wind", False)),
                options.get("gravity", -10.0),
                options.get("wind_power", 15.0),
                options.get("turbulence_power", 1.5),
            )
            write(episode, settings, out)

with open(target / "walkers.txt", "w") as out:
    for path in sorted(source.glob("bipedalwalker_*.jsonl.gz")):
        for line in gzip.open(path, "rt"):
            episode = json.loads(line)
            write(episode, ["hardcore" if episode["kwargs"].get("hardcore") else "normal"], out)

with open(target / "returns.txt", "w") as out:
    for row in csv.DictReader(open(source / "lunarlander_heuristic_returns.csv")):
        print(*(row[key] for key in ("variant", "seed", "return", "length", "terminated")), file=out)
