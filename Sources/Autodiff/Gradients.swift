/// The gradients of `output` with respect to `variables`, by reverse accumulation.
///
/// - Parameters:
///   - output: What to differentiate.
///   - variables: Tensors that `output` was computed from: made by `asVariable()`, or any
///     intermediate result.
///   - cotangent: The gradient of the quantity of interest in `output`, of the same shape; without
///     it `output` must be a scalar.
///   - recorded: Whether the gradients are themselves recorded, so that they can be differentiated
///     again. Nothing is kept for a second derivative otherwise.
/// - Returns: One tensor for each variable, of its shape; zeros where `output` does not depend on
///   it.
public func gradients(
  of output: Tensor, withRespectTo variables: [Tensor], cotangent: Tensor? = nil,
  recorded: Bool = false
) -> [Tensor] {
  let seed: Tensor
  if let cotangent {
    precondition(
      cotangent.shape == output.shape,
      "gradients: a cotangent of shape \(cotangent.shape) for an output of shape \(output.shape)")
    seed = cotangent
  } else {
    precondition(
      output.shape.count == 1,
      "gradients: an output of shape \(output.shape) needs a cotangent; sum it first")
    seed = Tensor(repeating: 1, shape: output.shape)
  }
  if recorded { return accumulate(from: output, seed: seed, variables: variables) }
  return withoutRecording { accumulate(from: output, seed: seed, variables: variables) }
}

private func accumulate(from output: Tensor, seed: Tensor, variables: [Tensor]) -> [Tensor] {
  let sources = variables.enumerated().map { position, variable in
    guard let node = variable.node else {
      preconditionFailure("gradients: variable \(position) is a constant; call asVariable() first")
    }
    return node
  }
  let tape = Tape(to: output.node, from: sources)
  var cotangents = [Tensor?](repeating: nil, count: tape.entries.count)
  if !cotangents.isEmpty { cotangents[cotangents.count - 1] = seed }
  for position in tape.entries.indices.reversed() {
    let entry = tape.entries[position]
    guard entry.hasTargets, let pullback = entry.node.pullback else { continue }
    // Only the variables' cotangents are still needed after this.
    guard let cotangent = entry.isVariable ? cotangents[position] : cotangents[position].take()
    else { continue }
    tape.withTargets(of: entry) { targets in
      let context = PullbackContext(cotangent: cotangent, node: entry.node, targets: targets)
      switch pullback(context) {
      case .one(let first):
        add(first, to: &cotangents, at: targets[0])
      case .two(let first, let second):
        add(first, to: &cotangents, at: targets[0])
        add(second, to: &cotangents, at: targets[1])
      case .many(let contributions):
        for (contribution, target) in zip(contributions, targets) {
          add(contribution, to: &cotangents, at: target)
        }
      }
    }
  }
  return sources.map { source in
    tape.position(of: source).flatMap { cotangents[$0] } ?? .zeros(source.shape)
  }
}

private func add(_ contribution: Tensor?, to cotangents: inout [Tensor?], at target: Int) {
  guard let contribution, target >= 0 else { return }
  if let sum = cotangents[target] {
    cotangents[target] = sum + contribution
  } else {
    cotangents[target] = contribution
  }
}
