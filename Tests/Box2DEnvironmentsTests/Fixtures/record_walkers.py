"""Plays BipedalWalker with Gymnasium's own controller and writes how it fared to walker_returns.txt.

Usage: python3 record_walkers.py SEEDS

For gymnasium 1.4.0, numpy 2.4.6 and box2d 2.3.10. Every episode is played in a new environment, since
Gymnasium's world remembers its earlier episodes; the first action is zero. A line holds variant, seed,
return, length and whether the episode was terminated.
"""

import pathlib
import sys

import gymnasium
import numpy
from gymnasium.envs.box2d.bipedal_walker import BipedalWalkerHeuristics

with open(pathlib.Path(__file__).parent / "walker_returns.txt", "w") as out:
    for variant, limit in (("normal", 1600), ("hardcore", 2000)):
        for seed in range(int(sys.argv[1])):
            environment = gymnasium.make(
                "BipedalWalker-v3", hardcore=variant == "hardcore", max_episode_steps=limit,
                disable_env_checker=True,
            )
            observation, _ = environment.reset(seed=seed)
            controller = BipedalWalkerHeuristics()
            action = numpy.zeros(4)
            total, length, is_over = 0.0, 0, False
            while not is_over:
                step = environment.step(action.astype(numpy.float32))
                observation, reward, terminated, truncated, _ = step
                total += float(reward)
                length += 1
                is_over = terminated or truncated
                action = controller.step_heuristic(observation)
            print(variant, seed, repr(total), length, int(terminated), file=out)
