"""Strips recorded Gymnasium episodes to what the tests compare.

Usage: python3 make_fixtures.py RECORDINGS

RECORDINGS holds lunarlander_*.jsonl.gz, one episode of Gymnasium 1.4.0 (NumPy 2.4.6, Box2D 2.3.10)
a line, and lunarlander_heuristic_returns.csv. The results go next to this script:

episodes.txt   per episode a line of fields (variant, wind, gravity, wind power, turbulence power,
               policy, seed, steps, generator state, increment and buffered half after the last
               step), then the reset's observation, then for each of the first 50 steps action,
               observation and reward; floating-point numbers as the hexadecimal digits of their bits
returns.txt    variant, seed, return and length of Gymnasium's own controller
"""

import csv
import gzip
import json
import pathlib
import sys

STEPS = 50
source = pathlib.Path(sys.argv[1])
target = pathlib.Path(__file__).parent

with open(target / "episodes.txt", "w") as out:
    for path in sorted(source.glob("lunarlander_*.jsonl.gz")):
        for line in gzip.open(path, "rt"):
            episode = json.loads(line)
            options = episode["kwargs"]
            state, increment, has_half, half = episode["rng_after"]
            print(
                "episode",
                "continuous" if options.get("continuous") else "discrete",
                int(options.get("enable_wind", False)),
                options.get("gravity", -10.0),
                options.get("wind_power", 15.0),
                options.get("turbulence_power", 1.5),
                episode["policy"],
                episode["seed"],
                len(episode["actions"]),
                state,
                increment,
                half if has_half else "-",
                file=out,
            )
            print(episode["obs"][0], file=out)
            for step in range(STEPS):
                print(
                    episode["actions"][step],
                    episode["obs"][step + 1],
                    episode["reward"][step],
                    file=out,
                )

with open(target / "returns.txt", "w") as out:
    for row in csv.DictReader(open(source / "lunarlander_heuristic_returns.csv")):
        print(row["variant"], row["seed"], f"{float(row['return']):.6f}", row["length"], file=out)
