"""What Gymnasium's wrappers make of CartPole.

    pip install gymnasium==1.4.0 numpy
    python Tests/ClassicControlTests/Fixtures/wrappers.py > Tests/ClassicControlTests/Fixtures/wrappers.json
"""

import json

import gymnasium
import numpy
from gymnasium import wrappers

LIMIT = 12
MAKERS = {
    "normalize_observation": wrappers.NormalizeObservation,
    "normalize_reward": lambda env: wrappers.NormalizeReward(env, gamma=0.9),
    "stack_reset": lambda env: wrappers.FrameStackObservation(env, 3),
    "stack_zero": lambda env: wrappers.FrameStackObservation(env, 3, padding_type="zero"),
    "time": wrappers.TimeAwareObservation,
    "time_normalized": lambda env: wrappers.TimeAwareObservation(env, normalize_time=True),
}

actions = [int(a) for a in numpy.random.default_rng(0).integers(0, 2, 60)]
# The first half ends by the pole, the second by the time limit.
actions[:20] = [1] * 20
recorded = {"limit": LIMIT, "actions": actions}
for name, make in MAKERS.items():
    env = make(gymnasium.make("CartPole-v1", max_episode_steps=LIMIT))
    observation, _ = env.reset(seed=5)
    rows, rewards = [observation], []
    for action in actions:
        observation, reward, terminated, truncated, _ = env.step(action)
        rows.append(observation)
        rewards.append(float(reward))
        if terminated or truncated:
            observation, _ = env.reset()
            rows.append(observation)
    recorded[name] = {
        "observations": [[float(x) for x in numpy.asarray(r, numpy.float32).flatten()] for r in rows],
        "rewards": rewards,
    }
print(json.dumps(recorded))
