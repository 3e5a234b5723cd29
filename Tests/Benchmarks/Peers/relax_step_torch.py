"""One RELAX step on a chain of D Bernoullis in PyTorch, as the benchmark "RELAX step" takes it:
one sample, c = scale * MLP(D-64-1, tanh)(2 sigmoid(z / tau) - 1), coupled noise (one evaluation of
c), Adam for theta, Adam for the control variate on the squared norm of the estimate.

    python relax_step_torch.py [D] [steps]

Prints the steps per second.
"""

import sys
import time

import torch
import torch.nn.functional as F

torch.set_num_threads(1)
torch.manual_seed(0)
D = int(sys.argv[1]) if len(sys.argv) > 1 else 200
STEPS = int(sys.argv[2]) if len(sys.argv) > 2 else 2000

target = (torch.arange(D) + 0.5) / D
logits = torch.zeros(1, D, requires_grad=True)
network = torch.nn.Sequential(torch.nn.Linear(D, 64), torch.nn.Tanh(), torch.nn.Linear(64, 1))
log_temperature = torch.tensor(0.5).log().requires_grad_()
scale = torch.zeros((), requires_grad=True)
phi = [*network.parameters(), log_temperature, scale]
theta_optimizer = torch.optim.Adam([logits], lr=0.01)
phi_optimizer = torch.optim.Adam(phi, lr=0.01)


def f(b):
    d = b - target
    return (d.square().sum(1) + (d[:, :-1] * d[:, 1:]).sum(1)) / D


def step():
    alpha = logits.detach().requires_grad_()
    u = torch.rand(1, D).clamp(1e-7, 1 - 1e-7)
    with torch.no_grad():
        b = (u > torch.sigmoid(-alpha)).float()
        score = b - torch.sigmoid(alpha)
        value = f(b)
    v = torch.rand(1, D).clamp(1e-7, 1 - 1e-7)
    sign = 2 * b - 1
    z_tilde = sign * (F.softplus(sign * alpha + v.log()) - torch.log1p(-v))
    z = z_tilde.detach() + (alpha - alpha.detach())
    shared = z_tilde.detach().requires_grad_()
    soft = 2 * torch.sigmoid(shared * torch.exp(-log_temperature)) - 1
    c = scale * network(soft).reshape(1)
    (slope,) = torch.autograd.grad(c.sum(), shared, create_graph=True)
    (correction,) = torch.autograd.grad(z - z_tilde, alpha, slope, create_graph=True)
    estimate = (value - c).unsqueeze(1) * score + correction
    gradients = torch.autograd.grad(estimate.square().sum(), phi)
    logits.grad = estimate.detach()
    theta_optimizer.step()
    for parameter, gradient in zip(phi, gradients):
        parameter.grad = gradient
    phi_optimizer.step()


for _ in range(200):
    step()
start = time.perf_counter()
for _ in range(STEPS):
    step()
print(STEPS / (time.perf_counter() - start), "steps/s")
