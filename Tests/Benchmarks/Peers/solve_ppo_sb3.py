"""Seconds, steps and episodes until PPO of Stable-Baselines3 has solved an environment.

    pip install stable-baselines3 'gymnasium[box2d]' torch
    python Tests/Benchmarks/Peers/solve_ppo_sb3.py LunarLander-v3 100

The settings are those of RL Baselines3 Zoo; "solved" is a mean return of the last 100 episodes at the
environment's threshold. PyTorch has one thread, which is the fastest for networks so small.
"""

import sys
import time
from collections import deque

import torch
from stable_baselines3 import PPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env

torch.set_num_threads(1)

ZOO = {
    "LunarLander-v3": (200, 16, 1_000_000, dict(
        n_steps=1024, batch_size=64, gae_lambda=0.98, gamma=0.999, n_epochs=4, ent_coef=0.01)),
    "CartPole-v1": (475, 8, 100_000, dict(
        n_steps=32, batch_size=256, gae_lambda=0.8, gamma=0.98, n_epochs=20, ent_coef=0.0,
        learning_rate=lambda left: 0.001 * left, clip_range=lambda left: 0.2 * left)),
}


class UntilSolved(BaseCallback):
    def __init__(self, threshold):
        super().__init__()
        self.threshold, self.returns = threshold, deque(maxlen=100)
        self.episodes, self.start, self.told = 0, time.time(), 0

    def line(self, word):
        mean = sum(self.returns) / max(len(self.returns), 1)
        seconds = time.time() - self.start
        print(f"{word}: {self.num_timesteps} steps, {self.episodes} episodes, {seconds:.1f} s, "
              f"mean return of the last {len(self.returns)}: {mean:.1f}", flush=True)

    def _on_step(self):
        for info in self.locals["infos"]:
            if "episode" in info:
                self.returns.append(info["episode"]["r"])
                self.episodes += 1
        if len(self.returns) == 100 and sum(self.returns) >= 100 * self.threshold:
            self.line("solved")
            return False
        if self.num_timesteps - self.told >= 50_000:
            self.told = self.num_timesteps
            self.line("so far")
        return True


name, seed = sys.argv[1], int(sys.argv[2])
threshold, environments, steps, settings = ZOO[name]
model = PPO(
    "MlpPolicy", make_vec_env(name, n_envs=environments, seed=seed), seed=seed, device="cpu",
    **settings)
watch = UntilSolved(threshold)
model.learn(steps, callback=watch)
watch.line("end")
