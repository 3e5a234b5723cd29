"""Writes numpy.json, the draws of NumPy that the tests compare with.

Run in this folder: python3 generate.py
The committed file was made with NumPy 2.4.6. Other versions may draw other numbers from the methods
of Generator (not from the bit generator).
"""

import json

import numpy as np
from numpy.random import PCG64, Generator, RandomState, SeedSequence


def wide(number):
    """128-bit numbers as hexadecimal strings; all smaller ones stay JSON numbers."""
    return format(number, "x")


def position(bits):
    state = bits.state
    return {
        "state": wide(state["state"]["state"]),
        "increment": wide(state["state"]["inc"]),
        "bufferedHalf": state["uinteger"] if state["has_uint32"] else None,
    }


def words(number):
    result = []
    while number or not result:
        result.append(number & 0xFFFFFFFF)
        number >>= 32
    return result


def seeding(entropy, key=()):
    sequence = SeedSequence(entropy, spawn_key=key)
    bits = PCG64(sequence)
    numbers = entropy if isinstance(entropy, list) else [entropy]
    return {
        "entropy": [word for number in numbers for word in words(number)],
        "spawnKey": [word for number in key for word in words(number)],
        "pool": [int(word) for word in sequence.pool],
        "state32": [int(word) for word in sequence.generate_state(7)],
        "state64": [int(word) for word in sequence.generate_state(5, np.uint64)],
        "start": position(bits),
        "next64": [int(bits.random_raw()) for _ in range(4)],
    }


def seedings():
    integers = [*range(12), 42, 123456789, 2**31 - 1, 2**32 - 1, 2**32, 2**40 + 7, 2**63]
    integers += [2**64 - 1, 2**64, 2**96 + 5, 2**128 - 1, 2**128, 2**200 + 12345]
    lists = [[1, 2, 3], [1, 2, 3, 4, 5, 6], [0, 0, 0, 0, 0], [2**40, 7]]
    keys = [(0,), (1,), (3, 2), (2**32 - 1,), (2**40 + 1,), (0, 0, 0, 0, 9)]
    result = [seeding(entropy) for entropy in integers + lists]
    for entropy in [0, 42, 2**64 + 3, 2**160 + 1]:
        result += [seeding(entropy, key) for key in keys]
    return result


def spawning():
    root = SeedSequence(7)
    first = root.spawn(2)
    children = first + root.spawn(3)
    grandchildren = children[3].spawn(2)
    return {
        "pools": [[int(word) for word in child.pool] for child in children + grandchildren],
        "spawnKeys": [list(child.spawn_key) for child in children + grandchildren],
    }


def mixture(seed):
    """Draws of all widths in a mixed order, to see who touches the buffered half."""
    generator = Generator(PCG64(seed))
    interface = generator.bit_generator.ctypes
    order = np.random.RandomState(seed).randint(0, 5, size=60)
    draws = []
    for kind in order:
        if kind == 0:
            draws.append({"next64": int(interface.next_uint64(interface.state))})
        elif kind == 1:
            draws.append({"next32": int(interface.next_uint32(interface.state))})
        elif kind == 2:
            draws.append({"random": float(generator.random())})
        elif kind == 3:
            draws.append({"randomFloat": float(generator.random(dtype=np.float32))})
        else:
            draws.append({"integer": int(generator.integers(-5, 1000))})
    return {"seed": seed, "draws": draws, "end": position(generator.bit_generator)}


def uniform(seed, low, high):
    generator = Generator(PCG64(seed))
    values = [float(value) for value in generator.uniform(low, high, size=8)]
    return {"seed": seed, "low": low, "high": high, "values": values}


def normal(seed, count):
    """The first draws, those from the tail, and the exclusive or of the bits of all of them."""
    generator = Generator(PCG64(seed))
    values = generator.standard_normal(count)
    return {
        "seed": seed,
        "count": count,
        "first": [float(value) for value in values[:16]],
        "tail": [float(value) for value in values if abs(value) > 3.6541528853610088],
        "bits": int(np.bitwise_xor.reduce(values.view(np.uint64))),
        "end": position(generator.bit_generator),
    }


def integers(seed, low, high, name="int64", count=8):
    """`high` is inclusive. `array` is one call for many values, `scalars` are as many calls."""
    dtype = np.dtype(name)
    generator = Generator(PCG64(seed))
    array = generator.integers(low, high, size=count, dtype=dtype, endpoint=True)
    single = Generator(PCG64(seed))
    scalars = [single.integers(low, high, dtype=dtype, endpoint=True) for _ in range(4)]
    return {
        "seed": seed,
        "type": name,
        "low": str(low),
        "high": str(high),
        "array": [str(value) for value in array],
        "arrayEnd": position(generator.bit_generator),
        "scalars": [str(value) for value in scalars],
        "scalarsEnd": position(single.bit_generator),
    }


def integer_cases():
    result = []
    counts = [1, 2, 3, 7, 10, 1000, 2**31 + 1, 2**32 - 1, 2**32, 2**32 + 1, 2**40 + 7, 2**63 - 1]
    for index, count in enumerate(counts):
        result += [integers(seed, 0, count - 1) for seed in (index, 100 + index)]
    result.append(integers(5, -(2**62), 2**62 + 2**61))
    result.append(integers(6, -(2**63), 2**63 - 1))
    result.append(integers(7, -17, 3))
    for name in ["int8", "uint8", "int16", "uint16", "int32", "uint32", "uint64"]:
        limits = np.iinfo(name)
        low, high = int(limits.min), int(limits.max)
        middle = (low + high) // 2
        for seed, (a, b) in enumerate(
            [(middle, middle), (0, 1), (middle - 30, middle + 17), (low, high), (low, high - 1)]
            + [(low + (high - low) // 3, high)]
        ):
            result.append(integers(seed, a, b, name, count=21))
    return result


def choice(seed, weights):
    generator = Generator(PCG64(seed))
    total = 0.0
    for weight in weights:
        total += weight
    probabilities = [weight / total for weight in weights]
    values = [int(generator.choice(len(weights), p=probabilities)) for _ in range(24)]
    return {"seed": seed, "probabilities": probabilities, "values": values}


def permutation(seed, count):
    generator = Generator(PCG64(seed))
    values = [int(value) for value in generator.permutation(count)]
    return {"seed": seed, "values": values, "end": position(generator.bit_generator)}


def masked(seed, largest):
    """Masked rejection, which shuffles use: RandomState exposes it for ranges of any size."""
    values = RandomState(PCG64(seed)).randint(0, largest, size=8, dtype=np.int64)
    return {"seed": seed, "largest": largest - 1, "values": [int(value) for value in values]}


def lines(cases):
    return "[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases) + "\n]"


fixture = {
    "seedings": seedings(),
    "spawning": [spawning()],
    "mixtures": [mixture(seed) for seed in (0, 1, 2, 2024)],
    "uniforms": [
        uniform(0, -0.05, 0.05), uniform(1, 0.0, 1.0), uniform(2, -1e300, 3.0), uniform(3, 5.0, 5.0)
    ],
    "normals": [normal(0, 16), normal(1, 200_000), normal(2, 50_000)],
    "integers": integer_cases(),
    "choices": [
        choice(0, [0.5, 0.5]),
        choice(1, [0.0, 0.2, 0.0, 0.7, 0.1, 0.0]),
        choice(2, [1.0]),
        choice(3, [float(weight) for weight in range(1, 40)]),
    ],
    "permutations": [
        permutation(seed, count) for seed, count in enumerate([0, 1, 2, 3, 10, 64, 100])
    ],
    "masked": [masked(0, 2**31 + 5), masked(1, 2**40 + 7), masked(2, 2**62 + 1)],
}
with open("numpy.json", "w") as file:
    entries = [f'"{key}":{lines(cases)}' for key, cases in fixture.items()]
    file.write(
        '{"numpyVersion":"' + np.__version__ + '",\n' + ",\n".join(entries) + "\n}\n")
