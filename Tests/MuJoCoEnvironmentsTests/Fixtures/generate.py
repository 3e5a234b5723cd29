"""Writes the episodes of Gymnasium on MuJoCo that the tests replay.

MuJoCo 2.2.2 has wheels for Python 3.10 and older only, and they need NumPy 1:

    python3.10 -m venv venv
    venv/bin/pip install gymnasium==1.4.0 mujoco==2.2.2 numpy==1.26.4 packaging
    MUJOCO_GL=disabled venv/bin/python generate.py

The committed files were made with these. Debian's libmujoco.so.2.2.2, copied over the one of the
wheel, gave the same bytes. Gymnasium's users have NumPy 2, where a single-precision cost times a
number of Python stays in single precision; the switch below makes NumPy 1.26 do the same.

An episode holds, for T steps, the base64 of its little-endian numbers: `actions` are T actions of
float32, `observations` T + 1 observations of float64, the reset's first, `rewards` T float64.
`terminated` numbers the steps with that flag, from 0; the episode goes on after them. `next` is the
first observation after a further reset without a seed.
"""

import base64
import json

import numpy as np

np._set_promotion_state("weak")

import gymnasium  # noqa: E402

STEPS = 200
# Seeds, and how much of the actuators' range the actions are drawn from.
EPISODES = [(0, 1.0), (1, 0.1), (2, 1.5), (2**63 + 5, 0.0)]
NAMES = {
    "inverted-pendulum": "InvertedPendulum-v4",
    "inverted-double-pendulum": "InvertedDoublePendulum-v4",
    "hopper": "Hopper-v4",
    "half-cheetah": "HalfCheetah-v4",
}


def base64_of(values, dtype):
    return base64.b64encode(np.asarray(values, dtype=dtype).tobytes()).decode()


def episode(name, seed, scale):
    environment = gymnasium.make(name).unwrapped
    space = environment.action_space
    draws = np.random.default_rng(seed + 1)
    observation, _ = environment.reset(seed=seed)
    actions, observations, rewards, terminated = [], [observation], [], []
    for index in range(STEPS):
        action = (scale * draws.uniform(space.low, space.high)).astype(np.float32)
        observation, reward, is_terminated, is_truncated, _ = environment.step(action)
        assert not is_truncated
        actions.append(action)
        observations.append(observation)
        rewards.append(reward)
        if is_terminated:
            terminated.append(index)
    following, _ = environment.reset()
    return {
        "seed": seed,
        "scale": scale,
        "actions": base64_of(actions, "<f4"),
        "observations": base64_of(observations, "<f8"),
        "rewards": base64_of(rewards, "<f8"),
        "terminated": terminated,
        "next": base64_of(following, "<f8"),
    }


for short, name in NAMES.items():
    episodes = [episode(name, seed, scale) for seed, scale in EPISODES]
    with open(f"{short}.json", "w") as file:
        lines = [json.dumps(each, separators=(",", ":")) for each in episodes]
        file.write("[\n" + ",\n".join(lines) + "\n]\n")
