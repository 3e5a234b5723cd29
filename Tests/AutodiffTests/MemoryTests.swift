import Autodiff
import Foundation
import TestSupport
import Testing

/// Training must not let memory grow. The measurement has a process for itself, since other tests
/// run at the same time in this one.
#if os(Linux)
  struct MemoryTests {
    @Test func trainingKeepsResidentMemoryFlat() async {
      await #expect(processExitsWith: .success) {
        // The first reading and the first updates allocate what the later ones use again.
        _ = residentBytes()
        trainSmallNetwork(updates: 300)
        let before = residentBytes()
        trainSmallNetwork(updates: 3000)
        let growth = residentBytes() - before
        // One leaked node in every update would be more.
        precondition(growth < 200_000, "resident memory grew by \(growth) bytes")
      }
    }
  }

  /// First-order updates, and now and then one through a recorded gradient.
  private func trainSmallNetwork(updates: Int) {
    var parameters = [
      sampleTensor([4, 64], seed: 81, magnitude: 0.1...0.3), Tensor.zeros([64]),
      sampleTensor([64, 2], seed: 82, magnitude: 0.1...0.3), Tensor.zeros([2]),
    ]
    let inputs = sampleTensor([20, 4], seed: 83)
    for update in 0..<updates {
      let variables = parameters.map { $0.asVariable() }
      let loss = inputs.matrixProduct(variables[0]).addingToRows(variables[1]).tanh()
        .matrixProduct(variables[2]).addingToRows(variables[3]).logSoftmax()
        .selecting(columns: (0..<20).map { $0 % 2 }).mean()
      var slopes = gradients(of: loss, withRespectTo: variables, recorded: update % 10 == 0)
      if update % 10 == 0 {
        slopes = gradients(of: slopes[0].squaredNorm(), withRespectTo: variables)
      }
      for index in parameters.indices {
        let step = slopes[index].values
        parameters[index].updateValues { values in
          for element in values.indices { values[element] += 1e-3 * step[element] }
        }
      }
    }
  }

  /// The memory that this process occupies.
  private func residentBytes() -> Int {
    let fields = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?
      .split(separator: " ")
    guard let fields, fields.count > 1, let pages = Int(fields[1]) else {
      preconditionFailure("/proc/self/statm does not say how much memory is resident")
    }
    return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
  }
#endif
