/// The part of a graph that lies between variables and an output, in the order of computation: only
/// nodes that descend from a variable are on it.
struct Tape {
  struct Entry {
    let node: Node
    /// Whether the gradient in this node is asked for.
    let isVariable: Bool
    /// Where the positions of the node's inputs begin in `targets`.
    fileprivate let firstTarget: Int
    /// Whether one of the inputs is on the tape.
    fileprivate(set) var hasTargets = false
  }

  private(set) var entries: [Entry] = []

  /// For each input of each entry its position among the entries; negative for inputs that are not
  /// on the tape.
  private var targets: [Int] = []

  private var positions = NodeTable()

  // What `positions` holds for nodes that are not, or not yet, on the tape.
  private static let unvisitedVariable = -2
  private static let aside = -1

  /// Walks depth-first with a stack of its own, each node after all of its inputs.
  init(to output: Node?, from variables: [Node]) {
    for variable in variables { positions.set(Self.unvisitedVariable, for: variable) }
    guard let output else { return }
    var stack = [(entry: begin(output), nextInput: 0)]
    while !stack.isEmpty {
      let last = stack.count - 1
      let nextInput = stack[last].nextInput
      if nextInput < stack[last].entry.node.inputs.count {
        stack[last].nextInput += 1
        guard let source = stack[last].entry.node.inputs.node(at: nextInput) else { continue }
        let position = positions.value(for: source)
        if let position, position >= 0 {
          targets[stack[last].entry.firstTarget + nextInput] = position
          stack[last].entry.hasTargets = true
        } else if position != Self.aside {
          stack.append((begin(source), 0))
        }
      } else {
        let entry = stack.removeLast().entry
        guard entry.hasTargets || entry.isVariable else {
          positions.set(Self.aside, for: entry.node)
          continue
        }
        let position = entries.count
        positions.set(position, for: entry.node)
        entries.append(entry)
        if last > 0 {
          targets[stack[last - 1].entry.firstTarget + stack[last - 1].nextInput - 1] = position
          stack[last - 1].entry.hasTargets = true
        }
      }
    }
  }

  private mutating func begin(_ node: Node) -> Entry {
    let first = targets.count
    for _ in 0..<node.inputs.count { targets.append(Self.aside) }
    return Entry(
      node: node, isVariable: positions.value(for: node) == Self.unvisitedVariable,
      firstTarget: first)
  }

  /// Where a node is among the entries, if it is.
  func position(of node: Node) -> Int? {
    positions.value(for: node).flatMap { $0 >= 0 ? $0 : nil }
  }

  /// The positions of the inputs of an entry among the entries; negative for inputs that are not on
  /// the tape.
  func withTargets<Result>(
    of entry: Entry, _ body: (UnsafeBufferPointer<Int>) -> Result
  ) -> Result {
    targets.withUnsafeBufferPointer {
      let end = entry.firstTarget + entry.node.inputs.count
      return body(UnsafeBufferPointer(rebasing: $0[entry.firstTarget..<end]))
    }
  }
}
