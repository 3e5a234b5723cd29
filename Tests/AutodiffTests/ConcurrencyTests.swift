import Autodiff
import TestSupport
import Testing

/// Tensors and their graphs are immutable, so that several threads may use the same ones.
struct ConcurrencyTests {
  private let x = sampleTensor([8, 5], seed: 71).asVariable()
  private let weights = sampleTensor([5, 3], seed: 72).asVariable()

  private func loss() -> Tensor {
    x.matrixProduct(weights).tanh().logSoftmax().squaredNorm()
  }

  @Test func severalThreadsDifferentiateTheSameGraph() async {
    let shared = loss()
    let expected = gradients(of: shared, withRespectTo: [x, weights]).map(\.values)
    await withTaskGroup(of: [[Float]].self) { group in
      for _ in 0..<4 {
        group.addTask {
          var found: [[Float]] = []
          for _ in 0..<50 {
            found = gradients(of: shared, withRespectTo: [x, weights]).map(\.values)
            if found != expected { break }
          }
          return found
        }
      }
      for await found in group { #expect(found == expected) }
    }
  }

  @Test func severalThreadsRecordOverTheSameVariables() async {
    let expected = secondOrder()
    await withTaskGroup(of: [Float].self) { group in
      for task in 0..<4 {
        group.addTask {
          var found: [Float] = []
          for _ in 0..<30 {
            // Half of the tasks also switch recording off and on.
            if task % 2 == 0 { withoutRecording { _ = loss() } }
            found = secondOrder()
            if found != expected { break }
          }
          return found
        }
      }
      for await found in group { #expect(found == expected) }
    }
  }

  private func secondOrder() -> [Float] {
    let slope = gradients(of: loss(), withRespectTo: [weights], recorded: true)[0]
    return gradients(of: slope.squaredNorm(), withRespectTo: [x])[0].values
  }

  @Test func severalThreadsReleaseTheSameGraph() async {
    for _ in 0..<20 {
      var chain = x
      for _ in 0..<2000 { chain = chain + 1 }
      let ends = (0..<4).map { Float($0) * chain }
      chain = x
      await withTaskGroup(of: Float.self) { group in
        for end in ends {
          group.addTask { end.sum().values[0] }
        }
        for await sum in group { #expect(sum.isFinite) }
      }
    }
  }
}
