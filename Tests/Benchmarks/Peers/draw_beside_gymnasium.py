"""Frames of a recorded episode beside those that Gymnasium draws of the same one.

    pip install gymnasium==1.4.0 box2d==2.3.10 pygame numpy pillow
    python draw_beside_gymnasium.py RUN FRAMES PICTURE [STEP ...]

Environments on MuJoCo also need `pip install mujoco==2.3.7` and, without a display, MUJOCO_GL=osmesa.

RUN is the folder of a run of `train-agent` by a2c, ppo or another agent whose policy is one network, and
FRAMES what `train-agent record RUN FRAMES/` wrote. The agent plays the same episode in Gymnasium, which
draws every step, and PICTURE becomes a PNG with Gymnasium's frames on the left and those of the recording
on the right, after 0 steps and after each STEP (10, 60 and 110 if there is none).
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")

import gymnasium  # noqa: E402
import numpy as np  # noqa: E402
from PIL import Image  # noqa: E402
from play_in_gymnasium import GreedyAgent, evaluation_seed  # noqa: E402

NAMES = {
    "cartpole": "CartPole-v1", "acrobot": "Acrobot-v1", "pendulum": "Pendulum-v1",
    "mountaincar": "MountainCar-v0", "mountaincar-continuous": "MountainCarContinuous-v0",
    "lunarlander": "LunarLander-v3", "lunarlander-continuous": "LunarLanderContinuous-v3",
    "bipedalwalker": "BipedalWalker-v3", "bipedalwalker-hardcore": "BipedalWalkerHardcore-v3",
    "inverted-pendulum": "InvertedPendulum-v4", "inverted-double-pendulum": "InvertedDoublePendulum-v4",
    "hopper": "Hopper-v4", "half-cheetah": "HalfCheetah-v4",
}


def main():
    run, frames, picture = map(Path, sys.argv[1:4])
    steps = {0, *map(int, sys.argv[4:] or (10, 60, 110))}
    agent = GreedyAgent(run / "checkpoints" / "final.safetensors")
    environment = gymnasium.make(NAMES[agent.description["environment"]], render_mode="rgb_array")
    space = environment.action_space
    observation, _ = environment.reset(seed=evaluation_seed(0))
    pairs, step, is_last = [], 0, False
    while True:
        # Drawn at every step: the walker's lidar turns with the drawings.
        theirs = Image.fromarray(environment.render())
        if step in steps:
            pairs.append((theirs, Image.open(frames / f"frame-{step + 1:04}.png").convert("RGB")))
        if is_last or step == max(steps):
            break
        output = agent.logits(observation)
        if isinstance(space, gymnasium.spaces.Discrete):
            action = int(np.argmax(output)) + int(space.start)
        else:
            action = np.clip(output[: space.shape[0]], space.low, space.high)
        observation, _, is_terminated, is_truncated, _ = environment.step(action)
        step += 1
        is_last = is_terminated or is_truncated
    width, height, gap = *pairs[0][0].size, 6
    sheet = Image.new("RGB", (2 * width + gap, len(pairs) * (height + gap)), "gray")
    for row, (theirs, ours) in enumerate(pairs):
        sheet.paste(theirs, (0, row * (height + gap)))
        sheet.paste(ours, (width + gap, row * (height + gap)))
    sheet.save(picture)


if __name__ == "__main__":
    main()
