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

/// The part of a graph that lies between variables and an output, in the order of computation.
private struct Tape {
  var nodes: [Node] = []
  var index: [ObjectIdentifier: Int] = [:]
  /// Whether a node descends from one of the variables.
  var descends: [Bool] = []

  /// Walks depth-first with a stack of its own, each node after all of its inputs.
  init(to output: Node, from variables: [ObjectIdentifier: [Int]]) {
    var stack: [(node: Node, nextInput: Int, descends: Bool)] = []
    let visiting = -1
    index[ObjectIdentifier(output)] = visiting
    stack.append((output, 0, variables[ObjectIdentifier(output)] != nil))
    while let top = stack.last {
      let last = stack.count - 1
      if top.nextInput < top.node.inputs.count {
        stack[last].nextInput += 1
        guard let input = top.node.inputs[top.nextInput].node else { continue }
        let identifier = ObjectIdentifier(input)
        if let known = index[identifier] {
          if descends[known] { stack[last].descends = true }
        } else {
          index[identifier] = visiting
          stack.append((input, 0, variables[identifier] != nil))
        }
      } else {
        stack.removeLast()
        index[ObjectIdentifier(top.node)] = nodes.count
        nodes.append(top.node)
        descends.append(top.descends)
        if top.descends, last > 0 { stack[last - 1].descends = true }
      }
    }
  }
}

private func accumulate(from output: Tensor, seed: Tensor, variables: [Tensor]) -> [Tensor] {
  var results = [Tensor?](repeating: nil, count: variables.count)
  var wanted: [ObjectIdentifier: [Int]] = [:]
  for (position, variable) in variables.enumerated() {
    guard let node = variable.node else {
      preconditionFailure("gradients: variable \(position) is a constant; call asVariable() first")
    }
    wanted[ObjectIdentifier(node), default: []].append(position)
  }
  if let end = output.node {
    let tape = Tape(to: end, from: wanted)
    var cotangents = [Tensor?](repeating: nil, count: tape.nodes.count)
    cotangents[tape.nodes.count - 1] = seed
    for position in tape.nodes.indices.reversed() where tape.descends[position] {
      guard let cotangent = cotangents[position] else { continue }
      cotangents[position] = nil
      let node = tape.nodes[position]
      for variable in wanted[ObjectIdentifier(node)] ?? [] { results[variable] = cotangent }
      guard let pullback = node.pullback else { continue }
      var needed = [Bool](repeating: false, count: node.inputs.count)
      var targets = [Int](repeating: -1, count: node.inputs.count)
      var isNeeded = false
      for (argument, input) in node.inputs.enumerated() {
        guard let source = input.node, let target = tape.index[ObjectIdentifier(source)],
          tape.descends[target]
        else { continue }
        needed[argument] = true
        targets[argument] = target
        isNeeded = true
      }
      if !isNeeded { continue }
      let context = PullbackContext(
        cotangent: cotangent, output: node.output, inputs: node.inputs, needed: needed)
      for (argument, contribution) in pullback(context).enumerated() where needed[argument] {
        guard let contribution else { continue }
        let target = targets[argument]
        if let sum = cotangents[target] {
          cotangents[target] = sum + contribution
        } else {
          cotangents[target] = contribution
        }
      }
    }
  }
  return zip(variables, results).map { variable, result in result ?? .zeros(variable.shape) }
}
