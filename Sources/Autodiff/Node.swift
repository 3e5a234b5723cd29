import CVectorMath

/// One recorded operation: what it was computed from and how cotangents pass back through it.
///
/// A pullback captures no tensor; it is handed the inputs and the output when it runs. So the
/// graph's only references are `inputs`, and both the walk and the release of a graph are loops
/// whose depth does not grow with it.
final class Node: Sendable {
  typealias Pullback = @Sendable (PullbackContext) -> [Tensor?]

  // Written once more, in `deinit`, when nobody else can see it.
  nonisolated(unsafe) private(set) var inputs: [Tensor]
  let shape: Shape
  let values: [Float]
  let pullback: Pullback?

  init(inputs: [Tensor], shape: Shape, values: [Float], pullback: @escaping Pullback) {
    self.inputs = inputs
    self.shape = shape
    self.values = values
    self.pullback = pullback
  }

  /// A variable.
  init(leaf values: [Float], shape: Shape) {
    self.inputs = []
    self.shape = shape
    self.values = values
    self.pullback = nil
  }

  /// The tensor that this node stands for.
  var output: Tensor { Tensor(shape: shape, values: values, node: self) }

  // Releasing the last node of a chain would release the one before it, and so on, one stack frame
  // each. Take the nodes that only this graph holds apart in a loop instead.
  deinit {
    if inputs.isEmpty { return }
    var pending: [Node] = []
    for input in inputs { if let node = input.node { pending.append(node) } }
    inputs = []
    while var node = pending.popLast() {
      guard isKnownUniquelyReferenced(&node) else { continue }
      for input in node.inputs { if let earlier = input.node { pending.append(earlier) } }
      node.inputs = []
    }
  }
}

/// What a pullback works with.
struct PullbackContext {
  /// The gradient of the result in the operation's output.
  let cotangent: Tensor
  /// What the operation returned.
  let output: Tensor
  let inputs: [Tensor]
  /// One flag per input: whether anything asks for its cotangent.
  let needed: [Bool]

  /// The cotangent of the only input.
  func one(_ first: @autoclosure () -> Tensor) -> [Tensor?] { [needed[0] ? first() : nil] }

  /// The cotangents of two inputs, each computed only if it is asked for.
  func two(
    _ first: @autoclosure () -> Tensor, _ second: @autoclosure () -> Tensor
  ) -> [Tensor?] {
    [needed[0] ? first() : nil, needed[1] ? second() : nil]
  }
}

extension Tensor {
  /// The result of an operation on `input`, recorded if the input is.
  func recording(_ input: Tensor, _ pullback: @escaping Node.Pullback) -> Tensor {
    guard input.node != nil, vm_recording_suspensions() == 0 else { return self }
    return Tensor(
      shape: shape, values: values,
      node: Node(inputs: [input], shape: shape, values: values, pullback: pullback))
  }

  /// The result of an operation on two inputs, recorded if one of them is.
  func recording(
    _ first: Tensor, _ second: Tensor, _ pullback: @escaping Node.Pullback
  ) -> Tensor {
    guard first.node != nil || second.node != nil, vm_recording_suspensions() == 0 else {
      return self
    }
    return Tensor(
      shape: shape, values: values,
      node: Node(inputs: [first, second], shape: shape, values: values, pullback: pullback))
  }

  /// The result of an operation on many inputs, recorded if one of them is.
  func recording(_ inputs: [Tensor], _ pullback: @escaping Node.Pullback) -> Tensor {
    guard inputs.contains(where: { $0.node != nil }), vm_recording_suspensions() == 0 else {
      return self
    }
    return Tensor(
      shape: shape, values: values,
      node: Node(inputs: inputs, shape: shape, values: values, pullback: pullback))
  }
}

/// Runs `body` without recording anything on this thread: its results are constants.
public func withoutRecording<Result>(_ body: () throws -> Result) rethrows -> Result {
  vm_suspend_recording()
  defer { vm_resume_recording() }
  return try body()
}
