"""Plays BipedalWalkerHardcore with all bodies flung at the start, and writes it to flung_walkers.txt.

Usage: python3 record_flung_walkers.py SEEDS...

For gymnasium 1.4.0, numpy 2.4.6 and box2d 2.3.10. The walkers hit the ground and its blocks fast, and
are played on after their fall. The form is that of walkers.txt, with the velocity (m/s) and the
angular velocity (rad/s) that all bodies get after the reset as the fields before the policy.
"""

import pathlib
import struct
import sys

import gymnasium
import numpy


def digits(numbers):
    return numpy.asarray(numbers, dtype=">f4").tobytes().hex()


with open(pathlib.Path(__file__).parent / "flung_walkers.txt", "w") as out:
    for seed in map(int, sys.argv[1:]):
        environment = gymnasium.make(
            "BipedalWalker-v3", hardcore=True, disable_env_checker=True
        ).unwrapped
        first, _ = environment.reset(seed=seed)
        random = numpy.random.default_rng(seed)
        x, y, spin = (int(random.integers(*r)) for r in ((-10, 60), (-60, 20), (-20, 20)))
        for body in [environment.hull, *environment.legs]:
            body.linearVelocity = (x, y)
            body.angularVelocity = spin
        state = environment.np_random.bit_generator.state
        half = state["uinteger"] if state["has_uint32"] else "-"
        generator = (f"{state['state']['state']:x}", f"{state['state']['inc']:x}", half)
        print("episode", x, y, spin, "sticky", seed, 150, 1, 0, *generator, file=out)
        print(digits(first), file=out)
        action = numpy.zeros(4, numpy.float32)
        for _ in range(150):
            if random.random() < 0.15:
                action = numpy.sign(random.uniform(-1, 1, 4)).astype(numpy.float32)
            observation, reward, *_ = environment.step(action)
            bits = struct.pack(">d", reward).hex()
            print(digits(action), digits(observation), bits, file=out)
