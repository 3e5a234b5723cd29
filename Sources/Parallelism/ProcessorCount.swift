import Foundation

/// The number of cores that the process may use: fewer than there are where a launcher has bound it to some.
public let processorCount = boundProcessorCount ?? ProcessInfo.processInfo.activeProcessorCount

/// How many cores Linux lets the process use, when it asks first.
private var boundProcessorCount: Int? {
  // sched_getaffinity is not among what Swift imports.
  guard let data = FileManager.default.contents(atPath: "/proc/self/status") else { return nil }
  let line = String(decoding: data, as: UTF8.self).split(separator: "\n")
    .first { $0.hasPrefix("Cpus_allowed:") }
  let mask = line?.split(separator: ":").last ?? ""
  let count = mask.compactMap(\.hexDigitValue).reduce(0) { $0 + $1.nonzeroBitCount }
  return count > 0 ? count : nil
}
