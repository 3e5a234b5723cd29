import Foundation

/// Writes a line on standard error.
public func note(_ line: String) {
  FileHandle.standardError.write(Data((line + "\n").utf8))
}

/// Says on standard error that a debug build is slow; nothing in a release build.
///
/// - Parameter activity: What it does slowly: "trains".
public func noteDebugBuild(_ activity: String = "is") {
  #if DEBUG
    note("This is a debug build; built with -c release, it \(activity) many times faster.")
  #endif
}
