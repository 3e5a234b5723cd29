"""Losses and gradient steps of PPO and DQN by PyTorch, on batches of random numbers.

    python Tests/AgentsTests/Fixtures/pytorch_losses.py > Tests/AgentsTests/Fixtures/pytorch_losses.json

PPO's objective is written as in Schulman et al. (2017), with torch's own operations; DQN's is
torch.nn.functional.smooth_l1_loss. Weights are listed as [inputs, outputs].
"""

import json

import torch
from torch.nn import functional

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
observations, actions, hidden = 3, 4, 5


def network(outputs):
    sizes = [(observations, hidden), (hidden, hidden), (hidden, outputs)]
    return [p for i, o in sizes for p in (torch.randn(i, o) * 0.6, torch.randn(o) * 0.3)]


def evaluate(parameters, x):
    for layer in range(0, len(parameters), 2):
        x = x @ parameters[layer] + parameters[layer + 1]
        if layer + 2 < len(parameters):
            x = torch.tanh(x)
    return x


def rounded(tensor):
    """What Swift's Float holds of it."""
    return tensor.to(torch.float32).to(torch.float64)


def listed(tensors):
    return [t.detach().flatten().tolist() for t in tensors]


def episode(length, terminated):
    return {
        "observations": rounded(torch.randn(length + 1, observations)),
        "actions": torch.randint(actions, (length,)),
        "rewards": rounded(torch.randn(length)),
        "terminated": terminated,
    }


def written(e):
    return {
        "observations": e["observations"][:-1].flatten().tolist(),
        "final_observation": e["observations"][-1].tolist(),
        "actions": e["actions"].tolist(),
        "rewards": e["rewards"].tolist(),
        "terminated": e["terminated"],
    }


def ppo():
    discount, lamda, clip, entropy_weight, rate, epochs = 0.9, 0.8, 0.1, 0.02, 0.3, 4
    policy = [rounded(p) for p in network(actions)]
    value = [rounded(p) for p in network(1)]
    episodes = [episode(9, True), episode(6, False)]
    start = listed(policy)

    advantages = []
    for e in episodes:
        values = evaluate(value, e["observations"]).flatten()
        if e["terminated"]:
            values[-1] = 0
        advantage, reversed_advantages = 0.0, []
        for t in reversed(range(len(e["rewards"]))):
            delta = e["rewards"][t] + discount * values[t + 1] - values[t]
            advantage = delta + discount * lamda * advantage
            reversed_advantages.append(advantage)
        advantages += reversed_advantages[::-1]
    advantages = torch.stack(advantages)
    advantages = (advantages - advantages.mean()) / (advantages.std() + 1e-8)
    states = torch.cat([e["observations"][:-1] for e in episodes])
    taken = torch.cat([e["actions"] for e in episodes])
    old = torch.distributions.Categorical(logits=evaluate(policy, states)).log_prob(taken)

    policy = [p.clone().requires_grad_() for p in policy]
    optimizer = torch.optim.SGD(policy, lr=rate, momentum=0.9)
    for _ in range(epochs):
        distribution = torch.distributions.Categorical(logits=evaluate(policy, states))
        ratio = torch.exp(distribution.log_prob(taken) - old)
        objective = torch.min(ratio * advantages, ratio.clamp(1 - clip, 1 + clip) * advantages).mean()
        loss = -(objective + entropy_weight * distribution.entropy().mean())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    beyond = ((ratio - 1).abs() > clip).sum().item()
    return {
        "discount": discount, "lambda": lamda, "clip": clip, "entropy": entropy_weight,
        "rate": rate, "epochs": epochs, "value": listed(value), "start": start,
        "episodes": [written(e) for e in episodes], "end": listed(policy), "beyond": beyond,
    }


def clipped_value():
    """A step on the larger of the squared errors of V and of V held near the old values."""
    reach, rate = 0.2, 0.1
    value = [rounded(p) for p in network(1)]
    states = rounded(torch.randn(12, observations))
    old, targets = rounded(torch.randn(12)), rounded(torch.randn(12))
    start = listed(value)
    value = [p.clone().requires_grad_() for p in value]
    optimizer = torch.optim.SGD(value, lr=rate, momentum=0.9)
    values = evaluate(value, states).flatten()
    near = old + (values - old).clamp(-reach, reach)
    torch.max((values - targets) ** 2, (near - targets) ** 2).mean().backward()
    optimizer.step()
    return {
        "reach": reach, "rate": rate, "start": start, "states": states.flatten().tolist(),
        "old": old.tolist(), "targets": targets.tolist(), "end": listed(value),
    }


def dqn():
    discount = 0.9
    values = [rounded(p) for p in network(actions)]
    e = episode(10, False)
    start = listed(values)
    values = [p.clone().requires_grad_() for p in values]
    with torch.no_grad():
        following = evaluate(values, e["observations"][1:]).max(dim=1).values
        targets = 2 * e["rewards"] + discount * following
    chosen = evaluate(values, e["observations"][:-1]).gather(1, e["actions"][:, None]).flatten()
    functional.smooth_l1_loss(chosen, targets, reduction="sum").backward()
    e["rewards"] = 2 * e["rewards"]  # Errors on both sides of 1.
    return {
        "discount": discount, "start": start, "episode": written(e),
        "slopes": listed([p.grad for p in values]),
    }


print(json.dumps({"ppo": ppo(), "value": clipped_value(), "dqn": dqn()}))
