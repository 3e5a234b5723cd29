// Times every workload in rounds and prints the median and the range of its steps per second.
//
//     swift build -c release --package-path Tests/Benchmarks
//     Tests/Benchmarks/.build/release/benchmarks [--rounds N] [--peer NAME=COMMAND]... [NAME ...]
//
// A NAME keeps the workloads whose name contains it. Each round also runs `lunarlander-bare`, the
// C++ loop, and every peer: a command whose last line of output is a JSON object with the steps per
// second under "sps", or starts with the number. Ratios are of one round, so that a machine whose
// speed drifts does not decide them.

import Foundation
import ReinforcementLearning
import Statistics

struct Series {
  let name: String
  let measure: () throws -> Double
  var rates: [Double] = []
}

/// The steps per second that a command reports.
func rate(ofCommand command: String) throws -> Double {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/bin/sh")
  process.arguments = ["-c", command]
  let pipe = Pipe()
  process.standardOutput = pipe
  try process.run()
  let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  process.waitUntilExit()
  let last = output.split(separator: "\n").last.map(String.init) ?? ""
  if let object = try? JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any],
    let rate = object["sps"] as? Double
  {
    return rate
  }
  guard let rate = last.split(separator: " ").first.flatMap({ Double($0) }) else {
    throw CocoaError(
      .fileReadCorruptFile, userInfo: [NSDebugDescriptionErrorKey: "\(command): \(output)"])
  }
  return rate
}

var rounds = 5
var filters: [String] = []
var peers: [(name: String, command: String)] = []
var arguments = CommandLine.arguments.dropFirst()
while let argument = arguments.popFirst() {
  switch argument {
  case "--rounds": rounds = arguments.popFirst().flatMap { Int($0) } ?? rounds
  case "--peer":
    let parts = (arguments.popFirst() ?? "").split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2 else {
      FileHandle.standardError.write(Data("--peer takes NAME=COMMAND\n".utf8))
      exit(64)
    }
    peers.append((parts[0], parts[1]))
  default: filters.append(argument)
  }
}

let clock = ContinuousClock()
var series = workloads.map { workload in
  Series(name: workload.name) {
    var steps = 0
    let time = clock.measure { steps = workload.run() }
    return Double(steps) / (time / .seconds(1))
  }
}
let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
let bare = folder.appendingPathComponent("lunarlander-bare").path
series.append(
  Series(name: "LunarLander, bare C++ loop") { try rate(ofCommand: "'\(bare)' 200000") })
if !filters.isEmpty {
  series.removeAll { series in !filters.contains { series.name.contains($0) } }
}
series += peers.map { peer in Series(name: peer.name) { try rate(ofCommand: peer.command) } }

for _ in 0..<rounds {
  for index in series.indices {
    do {
      series[index].rates.append(try series[index].measure())
    } catch {
      let message = "\(series[index].name) cannot be run (\(error)); build the whole package first"
      FileHandle.standardError.write(Data((message + "\n").utf8))
      exit(1)
    }
  }
}

func column(_ text: String, _ width: Int) -> String {
  String(repeating: " ", count: max(0, width - text.count)) + text
}
let width = series.map(\.name.count).max() ?? 0
print(
  "steps/s, \(rounds) rounds".padding(toLength: width, withPad: " ", startingAt: 0),
  column("median", 12), column("min", 12), column("max", 12))
for one in series {
  print(
    one.name.padding(toLength: width, withPad: " ", startingAt: 0),
    column("\(Int(median(one.rates)))", 12), column("\(Int(one.rates.min() ?? 0))", 12),
    column("\(Int(one.rates.max() ?? 0))", 12))
}
let references = series.filter { one in
  one.name.contains("bare") || peers.contains { $0.name == one.name }
}
for reference in references {
  print("\nmedian ratio to \(reference.name)")
  for one in series where one.name != reference.name {
    let ratios = zip(one.rates, reference.rates).map { $0 / $1 }
    print(
      "  " + one.name.padding(toLength: width, withPad: " ", startingAt: 0),
      String(format: "%8.2f", median(ratios)))
  }
}
