import Foundation

/// Says on standard error that a debug build is slow; nothing in a release build.
func noteDebugBuild() {
  #if DEBUG
    let text = "This is a debug build; built with -c release, it is many times faster.\n"
    FileHandle.standardError.write(Data(text.utf8))
  #endif
}
