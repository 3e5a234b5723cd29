"""A trained agent of this package, read with NumPy and playing in Gymnasium's LunarLander-v3.

    pip install gymnasium==1.4.0 box2d==2.3.10 pygame numpy
    python play_in_gymnasium.py RUN [--episodes N] [--seed S] [--checkpoint final|best]
                                    [--json FILE] [--sampled] [--phases]

RUN is the folder of a run of `train-agent --env lunarlander`. Prints the return and the length of each
episode, the most probable action taken at every step. The episodes are those that
`train-agent evaluate RUN --episodes N` plays greedily: the same seed for the first reset, and an
environment that draws on from there. With --json FILE, the output of
`train-agent evaluate RUN --episodes N --json`, the two are compared episode by episode, and the exit
code is 1 if they differ. With --sampled actions are drawn (from a generator of this script's own), and
--phases shows where the steps go and what the policy does there.
"""

import argparse
import json
import struct
import sys
from pathlib import Path

import gymnasium
import numpy as np


def read_safetensors(path):
    """The tensors by name, and what the file says about itself."""
    data = Path(path).read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        if entry["dtype"] != "F32":
            raise SystemExit(f"{path}: {name} is {entry['dtype']}, not F32.")
        first, last = entry["data_offsets"]
        values = np.frombuffer(data[8 + length + first : 8 + length + last], dtype="<f4")
        tensors[name] = values.reshape(entry["shape"])
    return tensors, metadata


class GreedyAgent:
    """The most probable action of the policy in a file of an agent."""

    ACTIVATIONS = {
        "tanh": np.tanh,
        "relu": lambda x: np.maximum(x, np.float32(0)),
        "elu": lambda x: np.where(x > 0, x, np.expm1(x)),
    }

    def __init__(self, path):
        self.tensors, metadata = read_safetensors(path)
        self.description = json.loads(metadata["agent"])
        settings = self.description["hyperparameters"]
        self.activation = self.ACTIVATIONS[settings["activation"]]
        self.is_running = settings["observation_scaling"] == "running"
        self.layers = []
        while f"policy.{len(self.layers)}.weight" in self.tensors:
            prefix = f"policy.{len(self.layers)}"
            self.layers.append((self.tensors[f"{prefix}.weight"], self.tensors[f"{prefix}.bias"]))

    def logits(self, observation):
        x = observation - self.tensors["observation_scaler.offset"]
        x = x * self.tensors["observation_scaler.factor"]
        if self.is_running:
            x = np.clip(x, np.float32(-10), np.float32(10))
        for weight, bias in self.layers[:-1]:
            x = self.activation(x @ weight + bias)
        weight, bias = self.layers[-1]
        return x @ weight + bias


def evaluation_seed(seed):
    """The seed of the first reset of the evaluation at the end of a run with this seed."""
    sequence = np.random.SeedSequence(seed, spawn_key=(4, 0, 0))
    return int(sequence.generate_state(1, np.uint64)[0])


class Phases:
    """How many steps are in the air and on the ground, and how probable the actions are there."""

    def __init__(self):
        self.rows = {}
        self.has_touched = False

    def add(self, observation, probabilities):
        legs = int(observation[6] + observation[7])
        self.has_touched = self.has_touched or legs > 0
        name = ("in the air after" if legs == 0 else f"{legs} leg{'s' * (legs - 1)} down") \
            if self.has_touched else "before touch-down"
        self.rows.setdefault(name, []).append(probabilities)

    def show(self, episodes):
        total = sum(map(len, self.rows.values()))
        print("phase              steps  share  idle  left  main right  entropy")
        for name, rows in self.rows.items():
            p = np.array(rows)
            entropy = -(p * np.log(np.maximum(p, 1e-30))).sum(axis=1).mean()
            print(f"{name:17} {len(p) / episodes:6.1f} {len(p) / total:6.2f} ", end="")
            print(*(f"{x:5.2f}" for x in p.mean(axis=0)), f"{entropy:8.2f}")


def play(agent, environment, seed, generator=None, phases=None):
    """One episode's return, length and end, and how near the nearest choice was to a tie.

    Greedy without a generator.
    """
    observation, _ = environment.reset(seed=seed)
    total, length, margin, is_last = 0.0, 0, np.inf, False
    while not is_last:
        logits = agent.logits(observation)
        second, first = np.sort(logits)[-2:]
        margin = min(margin, float(first - second))
        p = np.exp((logits - first).astype(np.float64))
        p /= p.sum()
        if phases:
            phases.add(observation, p)
        action = int(np.argmax(logits)) if generator is None else int(generator.choice(len(p), p=p))
        observation, reward, is_terminated, is_truncated, _ = environment.step(
            agent.description["action_space"]["start"] + action
        )
        total += float(reward)
        length += 1
        is_last = is_terminated or is_truncated
    legs = int(observation[6] + observation[7])
    end = ("lands" if reward == 100 else "crashes") if is_terminated else f"time out, {legs} legs down"
    return total, length, end, margin


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("--episodes", type=int, default=100)
    parser.add_argument("--seed", type=int, help="the run's own if left out")
    parser.add_argument("--checkpoint", default="final", choices=["final", "best"])
    parser.add_argument("--json", type=Path, help="what to compare with")
    parser.add_argument("--sampled", action="store_true", help="draw the actions")
    parser.add_argument("--phases", action="store_true", help="show where the steps go")
    arguments = parser.parse_args()

    agent = GreedyAgent(arguments.run / "checkpoints" / f"{arguments.checkpoint}.safetensors")
    seed = arguments.seed
    if arguments.sampled and arguments.json:
        parser.error("--json compares greedy actions; leave out --sampled")
    if seed is None:
        seed = json.loads((arguments.run / "config.json").read_text())["seed"]
    theirs = json.loads(arguments.json.read_text())["greedy"] if arguments.json else None

    environment = gymnasium.make("LunarLander-v3")
    generator = np.random.default_rng(seed) if arguments.sampled else None
    phases = Phases() if arguments.phases else None
    returns, lengths, ends, margins, different = [], [], [], [], 0
    for episode in range(arguments.episodes):
        if phases:
            phases.has_touched = False
        first_seed = evaluation_seed(seed) if episode == 0 else None
        total, length, end, margin = play(agent, environment, first_seed, generator, phases)
        ends.append(end)
        returns.append(total)
        lengths.append(length)
        margins.append(margin)
        line = f"{episode + 1:4d} {total!r:>22} {length:5d}"  # repr: every digit
        if theirs:
            is_same = (total, length) == (theirs["returns"][episode], theirs["lengths"][episode])
            different += not is_same
            line += "  same" if is_same else f"  {theirs['returns'][episode]!r}"
        print(line)
    print(f"mean {np.mean(returns):.2f}, mean length {np.mean(lengths):.2f}")
    print(", ".join(f"{end}: {ends.count(end)}" for end in sorted(set(ends))))
    if phases:
        phases.show(arguments.episodes)
    print(f"steps {sum(lengths)}, the smallest lead of an action {min(margins):.3g} in the logits")
    if theirs:
        print(f"{arguments.episodes - different} of {arguments.episodes} episodes the same in every bit")
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
