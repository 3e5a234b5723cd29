internal import FlyingFox
internal import FlyingSocks

/// Tells a browser what has changed, as server-sent events, for as long as it listens.
struct ChangeEvents: AsyncBufferedSequence {
  typealias Element = UInt8

  let model: DashboardModel
  let since: Int

  func makeAsyncIterator() -> Iterator { Iterator(model: model, version: since) }

  struct Iterator: AsyncBufferedIteratorProtocol {
    let model: DashboardModel
    var version: Int
    private var isFirst = true
    private var silence = 0

    init(model: DashboardModel, version: Int) { (self.model, self.version) = (model, version) }

    mutating func next() async throws -> UInt8? { nil }

    mutating func nextBuffer(suggested count: Int) async throws -> [UInt8]? {
      while true {
        if isFirst {
          isFirst = false
          // The browser takes the connection for made once it hears something.
          return Array("retry: 2000\n\n".utf8)
        }
        try await Task.sleep(for: .seconds(1))
        if let change = await model.changes(since: version) {
          (version, silence) = (change.version, 0)
          let data = change.json.split(separator: "\n").map { "data: \($0)\n" }.joined()
          return Array("id: \(version)\n\(data)\n".utf8)
        }
        silence += 1
        // Who has left is noticed only when something is sent.
        if silence >= 10 {
          silence = 0
          return Array(": \n\n".utf8)
        }
      }
    }
  }
}
