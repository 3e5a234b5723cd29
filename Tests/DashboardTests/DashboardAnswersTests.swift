import Files
import FlyingFox
import Foundation
import Pages
import State
import Synchronization
import Testing

import enum Files.JSONValue

@testable import Dashboard

@Suite struct DashboardAnswersTests {
  private func ask(
    _ folder: RunsFolder, _ path: String, _ query: [String: String] = [:],
    host: String = "localhost", method: HTTPMethod = .GET,
    replays: RunReplays = RunReplays { _ in [] }
  ) async throws -> (code: Int, text: String) {
    let answers = DashboardAnswers(
      model: DashboardModel(folder.path), replays: replays, hosts: ["localhost", "127.0.0.1"])
    let request = HTTPRequest(
      method: method, version: .http11, path: path,
      query: query.map { .init(name: $0.key, value: $0.value) }, headers: [.host: host],
      body: HTTPBodySequence())
    let response = try await answers.handleRequest(request)
    return (response.statusCode.code, String(decoding: try await response.bodyData, as: UTF8.self))
  }

  private func json(
    _ folder: RunsFolder, _ path: String, _ query: [String: String] = [:]
  ) async throws -> JSONValue {
    try JSONValue(parsing: Data(try await ask(folder, path, query).text.utf8))
  }

  @Test func runsAndTheirCurves() async throws {
    try await withRuns { runs in
      let rows = (1...100).map { "\($0),\($0 % 7 == 0 ? "nan" : "\($0 * 2)")\n" }.joined()
      try runs.write("</script>", table: "episode,return\n\(rows)101,")
      try runs.write("b", config: "[", table: "episode,return\n1,3\n")
      let list = try await json(runs, "/runs")
      #expect(list["columns"]?.elements.map(\.text) == ["episode", "return"])
      let entries = try #require(list["runs"]?.elements)
      #expect(entries.map { $0["name"]?.text } == ["</script>", "b"])
      let raw = try await ask(runs, "/runs").text
      #expect(!raw.contains("</script>"))

      let curves = try await json(
        runs, "/curves", ["ids": "1-2,99", "column": "return", "axis": "episode", "window": "1"])
      let curve = try #require(curves["curves"]?.elements.first)
      #expect(curve["rows"]?.integer == 100 && curve["last"]?.double == 200)
      #expect(curve["y"]?.elements[6] == .null && curve["y"]?.elements[7].double == 16)
      let groups = try await json(
        runs, "/groups",
        ["ids": "1-2", "column": "return", "axis": "episode", "window": "1", "by": "variant"])
      #expect(groups["groups"]?.elements.count == 2)
      let run = try await json(runs, "/run", ["id": "1", "axis": "episode"])
      #expect(run["curves"]?.elements.map { $0["column"]?.text } == ["return"])
      #expect(run["curves"]?.elements[0]["mean"] != nil)
      let none = try await json(runs, "/curves", ["ids": "1", "column": "x", "axis": "y"])
      #expect(none["curves"]?.elements.isEmpty == true)
      #expect(try await ask(runs, "/run", ["id": "7"]).code == 404)
    }
  }

  @Test func nothingLeadsOutOfTheFolder() async throws {
    try await withRuns { runs in
      try runs.write("run")
      try runs.write("<p>page</p>", to: "run/report.html")
      try runs.write("<p>elsewhere</p>", to: "elsewhere/report.html")
      try runs.write("<p>comparison</p>", to: "comparison.html")
      #expect(try await ask(runs, "/files/run/report.html").text == "<p>page</p>")
      #expect(try await ask(runs, "/files/comparison.html").text == "<p>comparison</p>")
      let name = runs.url.lastPathComponent
      for path in [
        "/files/run/config.json", "/files/elsewhere/report.html", "/files/run/../run/report.html",
        "/files/../\(name)/run/report.html", "/files//run/report.html", "/files/", "/files/run/",
        "/files/run", "/etc/passwd", "/files/run/./report.html", "/files/run//report.html",
      ] {
        #expect(try await ask(runs, path).code == 404, "\(path)")
      }
      try runs.remove("run/report.html")
      try FileManager.default.createSymbolicLink(
        at: runs.url.appending(path: "run/report.html"),
        withDestinationURL: runs.url.appending(path: "elsewhere/report.html"))
      #expect(try await ask(runs, "/files/run/report.html").code == 404)
    }
  }

  /// They play once for each state of the checkpoints, and a run that cannot is shown without.
  @Test func agentsPlayWhenSomebodyLooks() async throws {
    try await withRuns { runs in
      try runs.write("run")
      let asked = Mutex<[String]>([])
      let replays = RunReplays { path throws(Failure) in
        asked.withLock { $0.append(path.name) }
        guard Folder.hasEntry(path.appending("checkpoints/final.safetensors")) else {
          throw .failed("There is nothing yet.")
        }
        return [Replay(title: "</script>", note: "", film: "\"frames\":[]")]
      }
      func ask(id: String = "1") async throws -> (code: Int, text: String) {
        try await self.ask(runs, "/replays", ["id": id], replays: replays)
      }
      #expect(try await ask().text == "{\"replays\":[]}")
      #expect(try await ask().text == "{\"replays\":[]}")
      #expect(asked.withLock { $0 } == ["run"])
      for text in ["first", "second"] {
        try runs.write(text, to: "run/checkpoints/final.safetensors")
        let answer = try JSONValue(parsing: Data(try await ask().text.utf8))
        #expect(answer["replays"]?.elements.map { $0["title"]?.text } == ["</script>"])
      }
      #expect(asked.withLock { $0.count } == 3)
      #expect(try await ask(id: "7").code == 404)
    }
  }

  @Test func onlyThisMachineAsksAndNothingIsTaken() async throws {
    try await withRuns { runs in
      var codes: [Int] = []
      for host in ["127.0.0.1:80", "attacker.example:80", ""] {
        codes.append(try await ask(runs, "/", host: host).code)
      }
      for method in [HTTPMethod.POST, .DELETE] {
        codes.append(try await ask(runs, "/runs", method: method).code)
      }
      #expect(codes == [200, 403, 403, 405, 405])
    }
  }

  @Test func changesAreTold() async throws {
    try await withRuns { runs in
      try runs.write("a", table: "episode\n1\n")
      let model = DashboardModel(runs.path)
      let first = try #require(await model.changes(since: 0))
      #expect(first.json.contains("reload"))
      #expect(await model.changes(since: first.version) == nil)
      // Of a server before this one.
      #expect(await model.changes(since: 99)?.json.contains("reload") == true)
    }
  }

  @Test(arguments: [
    ("1,3-5", [1, 3, 4, 5]), ("", []), ("x,2,-3,4-,5-4", [2, 3, 4]), ("1-99999999999", []),
  ])
  func numbersAreRead(text: String, numbers: [Int]) {
    #expect(DashboardAnswers.numbers(text) == numbers)
  }

  @Test func aPortThatIsTakenIsNotTheEnd() async throws {
    try await withRuns { runs in
      let replays = RunReplays { _ in [] }
      let first = try await DashboardServer.start(
        runs.path, host: "127.0.0.1", port: 0, replays)
      let port = try #require(UInt16(first.address.split(separator: ":").last?.dropLast() ?? ""))
      let second = try await DashboardServer.start(
        runs.path, host: "localhost", port: port, replays)
      #expect(second.address.hasPrefix("http://127.0.0.1:") && second.address != first.address)
      await #expect(throws: Failure.self) {
        try await DashboardServer.start("/nowhere", host: "127.0.0.1", port: 0, replays)
      }
      await #expect(throws: Failure.self) {
        try await DashboardServer.start(
          runs.path, host: "not an address", port: 0, replays)
      }
      await second.stop()
      await first.stop()
    }
  }
}
