"""Writes the episodes of Gymnasium that the tests replay, but for CartPole's (see generate.py).

Run in this folder: python3 generate_episodes.py
The committed files were made with Gymnasium 1.4.0, NumPy 2.4.6 and glibc 2.36.

An episode holds, for T steps, the base64 of its little-endian numbers: `actions` are T float32
(where actions are integers, T digits instead), `observations` T + 1 observations of float32, the
reset's first, `rewards` T float64. `rewards` is left out where all are -1, but for 0 at terminated
steps of Acrobot. `terminated` and `truncated` number the steps with that flag, from 0. `state` is
the state after the last step as float64, `end` the generator at that time, `next` the first
observation after a further reset without a seed.
"""

import base64
import json

import gymnasium
import numpy as np

SEEDS = range(10)


def base64_of(values, dtype):
    return base64.b64encode(np.asarray(values, dtype=dtype).tobytes()).decode()


def position(generator):
    state = generator.bit_generator.state
    return {
        "state": format(state["state"]["state"], "x"),
        "increment": format(state["state"]["inc"], "x"),
        "bufferedHalf": state["uinteger"] if state["has_uint32"] else None,
    }


def sampled(environment, observation):
    return environment.action_space.sample()


def idle(environment, observation):
    space = environment.action_space
    return 1 if hasattr(space, "n") else np.zeros(space.shape, np.float32)


def pushing(environment, observation):
    """Along the velocity: of the car, or of Acrobot's joint."""
    forward = observation[-1] >= 0
    if hasattr(environment.action_space, "n"):
        return 2 if forward else 0
    return np.array([1 if forward else -1], np.float32)


def excessive(environment, observation):
    """Beyond the bounds of a continuous action space, two times in three."""
    return np.float32(3) * environment.action_space.sample()


def episode(name, seed, policy, settings={}, attributes={}, options=None, beyond=0, steps=None):
    environment = gymnasium.make(name, **settings)
    bare = environment.unwrapped
    for attribute, value in attributes.items():
        setattr(bare, attribute, value)
    observation, _ = environment.reset(seed=seed, options=options)
    environment.action_space.seed(seed)
    observations, actions, rewards, terminated, truncated = [observation], [], [], [], []
    remaining = beyond
    while len(actions) != steps:
        action = policy(environment, observation)
        observation, reward, is_terminated, is_truncated, _ = environment.step(action)
        if is_terminated:
            terminated.append(len(actions))
        if is_truncated:
            truncated.append(len(actions))
        observations.append(observation)
        actions.append(action)
        rewards.append(reward)
        if is_terminated or is_truncated:
            if remaining == 0:
                break
            remaining -= 1
    is_discrete = hasattr(environment.action_space, "n")
    result = {
        "environment": name,
        "policy": policy.__name__,
        "settings": settings | attributes,
        "options": options or {},
        "seed": seed,
        "actions": "".join(str(action) for action in actions)
        if is_discrete
        else base64_of(actions, np.float32),
        "observations": base64_of(observations, np.float32),
        "terminated": terminated,
        "truncated": truncated,
        "state": base64_of(bare.state, np.float64),
        "end": position(bare.np_random),
    }
    if is_discrete:
        expected = np.full(len(rewards), -1.0)
        if name.startswith("Acrobot"):
            expected[terminated] = 0.0
        assert (np.array(rewards) == expected).all()
    else:
        result["rewards"] = base64_of(rewards, np.float64)
    observation, _ = environment.reset()
    return result | {"next": base64_of(observation, np.float32)}


def write(file_name, episodes):
    with open(file_name, "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(episode) for episode in episodes) + "\n]\n")


def acrobot():
    name = "Acrobot-v1"
    for seed in SEEDS:
        yield episode(name, seed, sampled)
        yield episode(name, seed, idle)
        # Up to the goal, and a while beyond.
        yield episode(name, seed, pushing, beyond=3)
        # Any angle, in the start too, where the functions are those of single precision.
        yield episode(name, seed, sampled, options={"low": -8, "high": 8}, steps=10)
        yield episode(name, seed, sampled, options={"low": -200000, "high": 200000}, steps=0)
        yield episode(name, seed, sampled, attributes={"book_or_nips": "nips"}, steps=30)
        yield episode(name, seed, sampled, attributes={"dt": 0.05}, steps=30)
        yield episode(name, seed, sampled, attributes={"torque_noise_max": 0.5}, steps=30)


def mountain_car():
    name = "MountainCar-v0"
    for seed in SEEDS:
        yield episode(name, seed, sampled)
        yield episode(name, seed, pushing, beyond=30)
        yield episode(name, seed, pushing, settings={"goal_velocity": 0.03}, beyond=3)
        # Against the wall, and from beyond the goal.
        yield episode(name, seed, sampled, options={"low": -1.3, "high": 0.7}, beyond=3, steps=60)
    yield episode(name, 0, sampled, beyond=5)


def mountain_car_continuous():
    name = "MountainCarContinuous-v0"
    for seed in SEEDS:
        yield episode(name, seed, sampled)
        yield episode(name, seed, pushing, beyond=30)
        yield episode(name, seed, excessive, steps=100)
        yield episode(name, seed, pushing, settings={"goal_velocity": 0.03}, beyond=3)
        yield episode(name, seed, excessive, options={"low": -1.3, "high": 0.7}, beyond=3, steps=60)


def pendulum():
    name = "Pendulum-v1"
    for seed in SEEDS:
        yield episode(name, seed, sampled)
        yield episode(name, seed, idle)
        yield episode(name, seed, excessive, settings={"g": 9.81}, steps=60)
        yield episode(name, seed, sampled, options={"x_init": 30, "y_init": 8}, steps=60)
        yield episode(name, seed, sampled, options={"x_init": 0.5}, steps=30)
    yield episode(name, 0, sampled, beyond=5)


write("acrobot.json", acrobot())
write("mountaincar.json", mountain_car())
write("mountaincar-continuous.json", mountain_car_continuous())
write("pendulum.json", pendulum())
