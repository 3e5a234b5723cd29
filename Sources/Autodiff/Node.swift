import CVectorMath

/// One recorded operation: what it was computed from and how cotangents pass back through it.
///
/// A pullback captures no tensor; it is handed the inputs and the output when it runs. So the
/// graph's only references are `inputs`, and both the walk and the release of a graph are loops
/// whose depth does not grow with it.
final class Node: Sendable {
  typealias Pullback = @Sendable (PullbackContext) -> Cotangents

  // Written once more, in `deinit`, when nobody else can see it.
  nonisolated(unsafe) private(set) var inputs: Inputs
  let shape: Shape
  let values: [Float]
  let pullback: Pullback?

  init(inputs: Inputs, shape: Shape, values: [Float], pullback: @escaping Pullback) {
    self.inputs = inputs
    self.shape = shape
    self.values = values
    self.pullback = pullback
  }

  /// A variable.
  init(leaf values: [Float], shape: Shape) {
    self.inputs = .none
    self.shape = shape
    self.values = values
    self.pullback = nil
  }

  /// The tensor that this node stands for.
  var output: Tensor { Tensor(shape: shape, values: values, node: self) }

  // Releasing the last node of a chain would release the one before it, and so on, one stack frame
  // each. Take the nodes that only this graph holds apart in a loop instead.
  deinit {
    var pending: [Node] = []
    takeInputs(into: &pending)
    while var node = pending.popLast() {
      if isKnownUniquelyReferenced(&node) { node.takeInputs(into: &pending) }
    }
  }

  /// Gives the inputs up: operations to `pending`, variables, which have no inputs, at once.
  private func takeInputs(into pending: inout [Node]) {
    for index in 0..<inputs.count {
      if let node = inputs.node(at: index), node.pullback != nil { pending.append(node) }
    }
    inputs = .none
  }
}

/// The inputs of an operation. Nearly all have one or two, which need no array.
enum Inputs: Sendable {
  case none
  case one(Tensor)
  case two(Tensor, Tensor)
  case many([Tensor])

  var count: Int {
    switch self {
    case .none: 0
    case .one: 1
    case .two: 2
    case .many(let tensors): tensors.count
    }
  }

  /// The node of an input, unless it is a constant.
  func node(at index: Int) -> Node? {
    switch self {
    case .one(let tensor) where index == 0: tensor.node
    case .two(let first, _) where index == 0: first.node
    case .two(_, let second) where index == 1: second.node
    case .many(let tensors): tensors[index].node
    default: preconditionFailure("there is no input \(index)")
    }
  }

  subscript(index: Int) -> Tensor {
    switch self {
    case .one(let tensor) where index == 0: tensor
    case .two(let first, _) where index == 0: first
    case .two(_, let second) where index == 1: second
    case .many(let tensors): tensors[index]
    default: preconditionFailure("there is no input \(index)")
    }
  }
}

/// What a pullback returns: the cotangents of the inputs, `nil` where nothing asks for one.
enum Cotangents {
  case one(Tensor?)
  case two(Tensor?, Tensor?)
  case many([Tensor?])
}

/// What a pullback works with.
struct PullbackContext {
  /// The gradient of the result in the operation's output.
  let cotangent: Tensor
  let node: Node
  /// Where the cotangent of each input goes; negative where nothing asks for it.
  let targets: UnsafeBufferPointer<Int>

  /// What the operation returned.
  var output: Tensor { node.output }

  var inputs: Inputs { node.inputs }

  /// Whether anything asks for the cotangent of an input.
  func needs(_ input: Int) -> Bool { targets[input] >= 0 }

  /// The cotangent of the only input.
  func one(_ first: @autoclosure () -> Tensor) -> Cotangents { .one(needs(0) ? first() : nil) }

  /// The cotangents of two inputs, each computed only if it is asked for.
  func two(_ first: @autoclosure () -> Tensor, _ second: @autoclosure () -> Tensor) -> Cotangents {
    .two(needs(0) ? first() : nil, needs(1) ? second() : nil)
  }

  /// The cotangents of all inputs, each computed only if it is asked for.
  func many(_ cotangent: (Int) -> Tensor) -> Cotangents {
    .many((0..<inputs.count).map { needs($0) ? cotangent($0) : nil })
  }
}

extension Tensor {
  /// The result of an operation on `input`, recorded if the input is.
  func recording(_ input: Tensor, _ pullback: @escaping Node.Pullback) -> Tensor {
    guard input.node != nil, vm_recording_suspensions() == 0 else { return self }
    return recorded(.one(input), pullback)
  }

  /// The result of an operation on two inputs, recorded if one of them is.
  func recording(
    _ first: Tensor, _ second: Tensor, _ pullback: @escaping Node.Pullback
  ) -> Tensor {
    guard first.node != nil || second.node != nil, vm_recording_suspensions() == 0 else {
      return self
    }
    return recorded(.two(first, second), pullback)
  }

  /// The result of an operation on many inputs, recorded if one of them is.
  func recording(_ inputs: [Tensor], _ pullback: @escaping Node.Pullback) -> Tensor {
    guard inputs.contains(where: { $0.node != nil }), vm_recording_suspensions() == 0 else {
      return self
    }
    return recorded(.many(inputs), pullback)
  }

  private func recorded(_ inputs: Inputs, _ pullback: @escaping Node.Pullback) -> Tensor {
    let node = Node(inputs: inputs, shape: shape, values: values, pullback: pullback)
    return Tensor(shape: shape, values: values, node: node)
  }
}

/// Runs `body` without recording anything on this thread: its results are constants.
public func withoutRecording<Result, Problem: Error>(
  _ body: () throws(Problem) -> Result
) throws(Problem) -> Result {
  vm_suspend_recording()
  defer { vm_resume_recording() }
  return try body()
}
