import Testing

@testable import Autodiff

struct NodeTableTests {
  private func node(_ value: Int) -> Node { Node(leaf: [Float(value)], shape: .scalar) }

  @Test func findsNothingInAnEmptyTable() {
    #expect(NodeTable().value(for: node(0)) == nil)
  }

  @Test func keepsEveryValueWhileItGrows() {
    let nodes = (0..<10_000).map(node)
    var table = NodeTable()
    for (index, node) in nodes.enumerated() {
      #expect(table.value(for: node) == nil)
      table.set(index - 2, for: node)
    }
    let found = nodes.map { table.value(for: $0) }
    #expect(found == (0..<10_000).map { $0 - 2 })
    #expect(table.value(for: node(0)) == nil)
  }

  @Test func replacesAValue() {
    let (first, second) = (node(1), node(2))
    var table = NodeTable()
    table.set(1, for: first)
    table.set(2, for: second)
    for value in 3...200 { table.set(value, for: first) }
    #expect(table.value(for: first) == 200)
    #expect(table.value(for: second) == 2)
  }
}
