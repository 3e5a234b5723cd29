"""Seconds, steps and episodes until PPO in PyTorch, on envpool, has solved an environment.

    pip install envpool torch
    python Tests/Benchmarks/Peers/solve_ppo_envpool.py LunarLander-v3 100 [STEPS] [ENVIRONMENTS]

Networks and settings are those of CleanRL's ppo.py: 64-64 tanh networks of their own for the policy and
V, batches of 128 steps from 4 environments, 4 passes over 4 minibatches, a step size of 0.00025 that falls to zero, a
discount of 0.99, λ = 0.95, ε = 0.2 for both losses, entropy 0.01, gradients of norm 0.5. "Solved" is a mean return of the last 100 episodes at the
environment's threshold. PyTorch has one thread, which is the fastest for networks so small.
"""

import sys
import time
from collections import deque

import envpool
import numpy as np
import torch
from torch import nn

torch.set_num_threads(1)
THRESHOLDS = {"LunarLander-v3": 200, "CartPole-v1": 475}
name, seed = sys.argv[1], int(sys.argv[2])
total = int(sys.argv[3]) if len(sys.argv) > 3 else 500_000
count = int(sys.argv[4]) if len(sys.argv) > 4 else 4
length, passes, parts, clip, discount, lamda = 128, 4, 4, 0.2, 0.99, 0.95

torch.manual_seed(seed)
envs = envpool.make(name, env_type="gymnasium", num_envs=count, seed=seed)
width, actions = envs.observation_space.shape[0], int(envs.action_space.n)


def network(outputs, gain):
    layers = []
    for i, o, g in ((width, 64, 2**0.5), (64, 64, 2**0.5), (64, outputs, gain)):
        layer = nn.Linear(i, o)
        nn.init.orthogonal_(layer.weight, g)
        nn.init.zeros_(layer.bias)
        layers += [layer, nn.Tanh()]
    return nn.Sequential(*layers[:-1])


policy, value = network(actions, 0.01), network(1, 1.0)
parameters = [*policy.parameters(), *value.parameters()]
optimizer = torch.optim.Adam(parameters, lr=2.5e-4, eps=1e-5)


def distribution(states):
    return torch.distributions.Categorical(logits=policy(states))


def estimates(rewards, values, following, ends):
    """Generalised advantages of columns of steps; `ends` marks the last step of an episode."""
    advantages, advantage = torch.zeros_like(rewards), torch.zeros(count)
    for t in reversed(range(length)):
        goes_on = 1 - ends[t]
        error = rewards[t] + discount * goes_on * following - values[t]
        advantage = error + discount * lamda * goes_on * advantage
        advantages[t], following = advantage, values[t]
    return advantages


start, steps, episodes = time.time(), 0, 0
recent, returns = deque(maxlen=100), np.zeros(count)
observation = torch.as_tensor(envs.reset()[0], dtype=torch.float32)
is_new = np.zeros(count, dtype=bool)
batches = total // (count * length)
for batch in range(batches):
    optimizer.param_groups[0]["lr"] = 2.5e-4 * (1 - batch / batches)
    rows = {key: [] for key in ("states", "taken", "logs", "values", "rewards", "ends")}
    for _ in range(length):
        with torch.no_grad():
            choice = distribution(observation)
            taken = choice.sample()
            rows["logs"].append(choice.log_prob(taken))
            rows["values"].append(value(observation).flatten())
        rows["states"].append(observation)
        rows["taken"].append(taken)
        following, reward, terminated, truncated, _ = envs.step(taken.numpy().astype(np.int32))
        over = terminated | truncated
        # The step after an end is envpool's reset, and belongs to no episode.
        returns += np.where(is_new, 0, reward)
        for index in np.nonzero(over)[0]:
            recent.append(returns[index])
            returns[index] = 0
            episodes += 1
        is_new = over
        rows["rewards"].append(torch.as_tensor(reward, dtype=torch.float32))
        rows["ends"].append(torch.as_tensor(over, dtype=torch.float32))
        observation = torch.as_tensor(following, dtype=torch.float32)
        steps += count
    mean = sum(recent) / max(len(recent), 1)
    solved = len(recent) == 100 and mean >= THRESHOLDS[name]
    if solved or batch % 100 == 99 or batch == batches - 1:
        word = "solved" if solved else "so far"
        print(f"{word}: {steps} steps, {episodes} episodes, {time.time() - start:.1f} s, "
              f"mean return of the last {len(recent)}: {mean:.1f}", flush=True)
    if solved:
        break

    stacked = {key: torch.stack(tensors) for key, tensors in rows.items()}
    with torch.no_grad():
        last = value(observation).flatten()
    advantages = estimates(stacked["rewards"], stacked["values"], last, stacked["ends"])
    stacked["advantages"] = advantages
    stacked["targets"] = advantages + stacked["values"]
    flat = {key: tensor.flatten(0, 1) for key, tensor in stacked.items()}
    for _ in range(passes):
        for part in torch.randperm(count * length).chunk(parts):
            some = {key: tensor[part] for key, tensor in flat.items()}
            choice = distribution(some["states"])
            ratio = (choice.log_prob(some["taken"]) - some["logs"]).exp()
            advantage = some["advantages"]
            advantage = (advantage - advantage.mean()) / (advantage.std() + 1e-8)
            objective = torch.min(
                ratio * advantage, ratio.clamp(1 - clip, 1 + clip) * advantage).mean()
            now = value(some["states"]).flatten()
            near = some["values"] + (now - some["values"]).clamp(-clip, clip)
            error = torch.max((now - some["targets"]) ** 2, (near - some["targets"]) ** 2).mean()
            loss = -objective - 0.01 * choice.entropy().mean() + 0.25 * error
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(parameters, 0.5)
            optimizer.step()
