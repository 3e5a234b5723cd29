"""A training step of a 784-200-784 affine autoencoder with Bernoulli latents in PyTorch, as the
benchmark "VAE step, relaxed-rebar" takes it: f at the sample; c = eta (f(sigma(z / lambda)) + r(x, z))
once for coupled noise; Adam for the model, Adam for eta, lambda and r on the squared estimate.

    python vae_step_torch.py [threads] [batch] [steps]

Prints the steps per second.
"""

import sys
import time

import torch
import torch.nn.functional as F

arguments = [int(a) for a in sys.argv[1:]] + [None] * 3
threads, rows, steps = arguments[0] or 1, arguments[1] or 24, arguments[2] or 300
torch.set_num_threads(threads)
torch.manual_seed(0)
images = (torch.rand(2000, 784) < 0.2).float()
encoder, decoder = torch.nn.Linear(784, 200), torch.nn.Linear(200, 784)
prior = torch.zeros(200, requires_grad=True)
residual = torch.nn.Sequential(torch.nn.Linear(984, 200), torch.nn.Tanh(), torch.nn.Linear(200, 1))
eta = torch.ones((), requires_grad=True)
log_temperature = torch.tensor(0.5).log().requires_grad_()
theta = [*encoder.parameters(), *decoder.parameters(), prior]
phi = [eta, log_temperature, *residual.parameters()]
theta_optimizer, phi_optimizer = torch.optim.Adam(theta, 1e-3), torch.optim.Adam(phi, 1e-3)


def log_likelihood(b, logits):
    return (b * logits - F.softplus(logits)).sum(1)


def f(x, b, alpha):
    return -(
        log_likelihood(x, decoder(2 * b - 1))
        + log_likelihood(b, prior.expand_as(b))
        - log_likelihood(b, alpha)
    )


def step(x):
    centered = x - 0.2
    logits = encoder(centered)
    alpha = logits.detach().requires_grad_()
    u = torch.rand(rows, 200).clamp(1e-7, 1 - 1e-7)
    with torch.no_grad():
        b = (u > torch.sigmoid(-alpha)).float()
        score = b - torch.sigmoid(alpha)
    values = f(x, b, logits)
    v = torch.rand(rows, 200).clamp(1e-7, 1 - 1e-7)
    sign = 2 * b - 1
    z_tilde = sign * (F.softplus(sign * alpha + v.log()) - torch.log1p(-v))
    z = z_tilde.detach() + (alpha - alpha.detach())
    shared = z_tilde.detach().requires_grad_()
    soft = torch.sigmoid(shared * torch.exp(-log_temperature))
    r = residual(torch.cat([centered, 2 * soft - 1], 1)).squeeze(1)
    c = eta * (f(x, soft, alpha.detach()) + r)
    (slope,) = torch.autograd.grad(c.sum(), shared, create_graph=True)
    (correction,) = torch.autograd.grad(z - z_tilde, alpha, slope, create_graph=True)
    estimate = (values.detach() - c).unsqueeze(1) * score + correction
    phi_gradients = torch.autograd.grad(estimate.square().mean(), phi, retain_graph=True)
    surrogate = ((logits * estimate.detach()).sum() + values.sum()) / rows
    theta_gradients = torch.autograd.grad(surrogate, theta)
    for parameters, gradients, optimizer in (
        (theta, theta_gradients, theta_optimizer),
        (phi, phi_gradients, phi_optimizer),
    ):
        for parameter, gradient in zip(parameters, gradients):
            parameter.grad = gradient
        optimizer.step()


def run(count):
    for index in range(count):
        first = index * rows % (2000 - rows)
        step(images[first : first + rows])


run(30)
start = time.perf_counter()
run(steps)
print(steps / (time.perf_counter() - start), "steps/s")
