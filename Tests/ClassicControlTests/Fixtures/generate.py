"""Writes cartpole.json, the episodes of Gymnasium's CartPole that the tests replay.

Run in this folder: python3 generate.py
The committed file was made with Gymnasium 1.4.0 and NumPy 2.4.6.

An episode holds, for T steps, its T actions and flags as digits, T rewards, and T + 1 observations
of four float32 in hexadecimal, the reset's first. `state` is the float64 state after the last step,
`end` the generator at that time, `next` the first observation after a further reset without a seed.
"""

import json

import gymnasium
import numpy as np

SEEDS = range(10)


def hexadecimal(values, dtype):
    return np.asarray(values, dtype=dtype).byteswap().tobytes().hex()


def position(generator):
    state = generator.bit_generator.state
    return {
        "state": format(state["state"]["state"], "x"),
        "increment": format(state["state"]["inc"], "x"),
        "bufferedHalf": state["uinteger"] if state["has_uint32"] else None,
    }


def balancing(environment, observation):
    position, velocity, angle, angular_velocity = observation
    lean = angle + 0.5 * angular_velocity + 0.05 * position + 0.1 * velocity
    return 1 if lean > 0 else 0


def sampled(environment, observation):
    return int(environment.action_space.sample())


def pushing_left(environment, observation):
    return 0


def episode(
    seed, policy, version="v1", sutton=False, integrator="euler", bounds=None, beyond=0
):
    environment = gymnasium.make(f"CartPole-{version}", sutton_barto_reward=sutton)
    bare = environment.unwrapped
    bare.kinematics_integrator = integrator
    options = dict(zip(("low", "high"), bounds)) if bounds else None
    observation, _ = environment.reset(seed=seed, options=options)
    environment.action_space.seed(seed)
    observations, actions, rewards, terminated, truncated = [observation], [], [], [], []
    remaining = beyond
    while True:
        action = policy(environment, observation)
        observation, reward, is_terminated, is_truncated, _ = environment.step(action)
        observations.append(observation)
        actions.append(action)
        rewards.append(reward)
        terminated.append(is_terminated)
        truncated.append(is_truncated)
        if is_terminated or is_truncated:
            if remaining == 0:
                break
            remaining -= 1
    result = {
        "environment": f"CartPole-{version}",
        "policy": policy.__name__,
        "usesSuttonBartoReward": sutton,
        "isSemiImplicit": integrator != "euler",
        "bounds": bounds,
        "seed": seed,
        "actions": "".join(str(action) for action in actions),
        "observations": hexadecimal(observations, np.float32),
        "rewards": rewards,
        "terminated": "".join(str(int(flag)) for flag in terminated),
        "truncated": "".join(str(int(flag)) for flag in truncated),
        "state": hexadecimal(bare.state, np.float64),
        "end": position(bare.np_random),
    }
    observation, _ = environment.reset()
    return result | {"next": hexadecimal(observation, np.float32)}


episodes = []
for seed in SEEDS:
    episodes += [
        episode(seed, sampled),
        episode(seed, sampled, sutton=True),
        episode(seed, balancing),
        episode(seed, balancing, version="v0"),
        episode(seed, pushing_left, bounds=[-0.1, 0.12]),
        episode(seed, sampled, integrator="semi-implicit euler"),
        # Steps after the end, where the rewards differ.
        episode(seed, sampled, beyond=5),
        episode(seed, sampled, sutton=True, beyond=5),
        # Fast and far from upright, where each rounding of the dynamics counts.
        episode(seed, sampled, bounds=[-3.0, 3.0], beyond=100),
    ]
# Beyond the time limit, where the pole still stands.
episodes.append(episode(0, balancing, version="v0", beyond=5))

with open("cartpole.json", "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(episode) for episode in episodes) + "\n]\n")
