"""The step of vae_step_torch.py in JAX, all steps in one compiled loop; its compilation is not timed.

    python vae_step_jax.py [threads] [batch] [steps]

Prints the steps per second.
"""

import os
import sys
import time

arguments = [int(a) for a in sys.argv[1:]] + [None] * 3
threads, rows, steps = arguments[0] or 1, arguments[1] or 24, arguments[2] or 300
os.environ["JAX_PLATFORMS"] = "cpu"
if threads == 1:
    os.environ["XLA_FLAGS"] = (
        "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    )
    os.environ["NPROC"] = "1"

import jax
import jax.numpy as jnp
import optax

keys = jax.random.split(jax.random.key(0), 8)


def dense(key, inputs, outputs):
    bound = inputs**-0.5
    return jax.random.uniform(key, (inputs, outputs), minval=-bound, maxval=bound), jnp.zeros(outputs)


images = (jax.random.uniform(keys[0], (2000, 784)) < 0.2).astype(jnp.float32)
theta = {"e": dense(keys[1], 784, 200), "d": dense(keys[2], 200, 784), "p": jnp.zeros(200)}
phi = {
    "eta": jnp.ones(()), "log": jnp.log(0.5),
    "r": (dense(keys[3], 984, 200), dense(keys[4], 200, 1)),
}
optimizer = optax.adam(1e-3)


def log_likelihood(b, logits):
    return (b * logits - jax.nn.softplus(logits)).sum(1)


def f(theta, x, b, alpha):
    weight, bias = theta["d"]
    return -(
        log_likelihood(x, (2 * b - 1) @ weight + bias)
        + log_likelihood(b, jnp.broadcast_to(theta["p"], b.shape))
        - log_likelihood(b, alpha)
    )


def step(state, key):
    theta, phi, theta_state, phi_state = state
    k1, k2, k3 = jax.random.split(key, 3)
    x = jax.lax.dynamic_slice_in_dim(images, jax.random.randint(k3, (), 0, 2000 - rows), rows)
    u, v = (jnp.clip(jax.random.uniform(k, (rows, 200)), 1e-7, 1 - 1e-7) for k in (k1, k2))
    centered = x - 0.2
    alpha = centered @ theta["e"][0] + theta["e"][1]
    b = (u > jax.nn.sigmoid(-alpha)).astype(jnp.float32)
    score, sign = b - jax.nn.sigmoid(alpha), 2 * b - 1
    z = sign * (jax.nn.softplus(sign * alpha + jnp.log(v)) - jnp.log1p(-v))
    # The slopes of z and of its conditional in alpha are 1 and this.
    conditional = jax.nn.sigmoid(sign * alpha + jnp.log(v))
    values = f(theta, x, b, alpha)

    def loss(phi):
        def c(z):
            soft = jax.nn.sigmoid(z * jnp.exp(-phi["log"]))
            (w1, b1), (w2, b2) = phi["r"]
            hidden = jnp.tanh(jnp.concatenate([centered, 2 * soft - 1], 1) @ w1 + b1)
            return phi["eta"] * (f(theta, x, soft, alpha) + (hidden @ w2 + b2)[:, 0])

        c_value, pull = jax.vjp(c, z)
        (slope,) = pull(jnp.ones(rows))
        estimate = (values - c_value)[:, None] * score + (1 - conditional) * slope
        return jnp.mean(estimate**2), estimate

    phi_gradient, estimate = jax.grad(loss, has_aux=True)(phi)

    def surrogate(theta):
        alpha = centered @ theta["e"][0] + theta["e"][1]
        return ((alpha * estimate).sum() + f(theta, x, b, alpha).sum()) / rows

    updates, theta_state = optimizer.update(jax.grad(surrogate)(theta), theta_state)
    theta = optax.apply_updates(theta, updates)
    updates, phi_state = optimizer.update(phi_gradient, phi_state)
    return (theta, optax.apply_updates(phi, updates), theta_state, phi_state), values.mean()


run = jax.jit(lambda state, key: jax.lax.scan(step, state, jax.random.split(key, steps)))
state = (theta, phi, optimizer.init(theta), optimizer.init(phi))
jax.block_until_ready(run(state, keys[5]))
start = time.perf_counter()
jax.block_until_ready(run(state, keys[6]))
print(steps / (time.perf_counter() - start), "steps/s")
