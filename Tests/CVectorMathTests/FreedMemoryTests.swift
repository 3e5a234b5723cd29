import CVectorMath
import Foundation
import Testing

#if canImport(Glibc)
  struct FreedMemoryTests {
    @Test func freedMemoryIsUsedAgain() async {
      await #expect(processExitsWith: .success) {
        // The C library gives back the memory of the main thread most readily.
        await MainActor.run {
          vm_keep_freed_memory()
          useThirtyTwoMegabytes()
          let before = pageFaults()
          for _ in 0..<10 { useThirtyTwoMegabytes() }
          let faults = pageFaults() - before
          // Each time has 8192 pages.
          precondition(faults < 8192, "\(faults) page faults")
        }
      }
    }
  }

  private func useThirtyTwoMegabytes() {
    let blocks = (0..<4).map { _ in
      UnsafeMutableRawPointer.allocate(byteCount: 8 << 20, alignment: 16)
    }
    for block in blocks { memset(block, 1, 8 << 20) }
    for block in blocks { block.deallocate() }
  }

  /// How often this process got a page of memory from the system.
  private func pageFaults() -> Int {
    var usage = rusage()
    getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_minflt
  }
#endif
