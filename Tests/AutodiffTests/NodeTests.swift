import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Autodiff

struct NodeTests {
  private struct Stop: Error {}

  // MARK: What is recorded

  @Test func recordsWhatDescendsFromAVariable() {
    let (variable, constant) = (Tensor([1, 2]).asVariable(), Tensor([3, 4]))
    #expect(variable.exp().isRecorded)
    #expect(!constant.exp().isRecorded)
    #expect((constant * variable).isRecorded)
    #expect(Tensor.concatenatingRows([constant, variable]).isRecorded)
    #expect(!Tensor.concatenatingRows([constant, constant]).isRecorded)
  }

  @Test func recordsNothingWithoutRecording() {
    let variable = Tensor([1, 2]).asVariable()
    let results = withoutRecording {
      [
        variable.exp(), variable * variable, .concatenatingRows([variable]),
        withoutRecording { variable.tanh() }, variable.sum(),
      ]
    }
    #expect(results.map(\.isRecorded) == [false, false, false, false, false])
    #expect(variable.exp().isRecorded)
  }

  @Test func recordsAgainAfterAnError() {
    let variable = Tensor([1, 2]).asVariable()
    #expect(throws: Stop.self) { try withoutRecording { throw Stop() } }
    #expect(variable.exp().isRecorded)
  }

  @Test func otherThreadsGoOnRecording() {
    let variable = Tensor([1, 2]).asVariable()
    let isRecorded = Mutex(false)
    withoutRecording {
      let done = DispatchSemaphore(value: 0)
      let thread = Thread {
        isRecorded.withLock { $0 = variable.exp().isRecorded }
        done.signal()
      }
      thread.start()
      done.wait()
    }
    #expect(isRecorded.withLock { $0 })
  }

  @Test func tanhHasTheSameSecondDerivativeRecordedAndNot() {
    let x = sampleTensor([100], seed: 61).asVariable()
    let slope = gradients(of: x.tanh().sum(), withRespectTo: [x], recorded: true)[0]
    let plain = gradients(of: slope.squaredNorm(), withRespectTo: [x])[0]
    let recorded = gradients(of: slope.squaredNorm(), withRespectTo: [x], recorded: true)[0]
    expectClose(plain.values, recorded.values.map(Double.init))
  }

  // MARK: What is computed

  @Test func computesOnlyTheCotangentsThatAreAskedFor() {
    let calls = Mutex<[String]>([])
    func product(_ a: Tensor, _ b: Tensor) -> Tensor {
      @Sendable func note(_ name: String, _ result: Tensor) -> Tensor {
        calls.withLock { $0.append(name) }
        return result
      }
      return Tensor(a.scalar * b.scalar).recording(a, b) {
        $0.two(note("first", $0.cotangent), note("second", $0.cotangent))
      }
    }
    let (x, y) = (Tensor(2).asVariable(), Tensor(3).asVariable())
    _ = gradients(of: product(x, Tensor(1)), withRespectTo: [x])
    #expect(calls.withLock { $0 } == ["first"])
    _ = gradients(of: product(x, y), withRespectTo: [y])
    #expect(calls.withLock { $0 } == ["first", "second"])
    _ = gradients(of: product(x.exp(), y.exp()), withRespectTo: [x])
    #expect(calls.withLock { $0 } == ["first", "second", "first"])
    _ = gradients(of: product(x, y), withRespectTo: [x, y])
    #expect(calls.withLock { $0.count } == 5)
  }

  // MARK: What is kept

  @Test func aGraphLivesAsLongAsItsOutput() throws {
    let x = Tensor([1, 2]).asVariable()
    weak var middle: Node?
    weak var end: Node?
    do {
      let square = x.squared()
      let output = square.exp()
      middle = square.node
      end = output.node
      #expect(middle != nil && end != nil)
      _ = gradients(of: output.sum(), withRespectTo: [x])
      #expect(output.isRecorded)
    }
    #expect(middle == nil)
    #expect(end == nil)
  }

  @Test func aResultThatIsStillHeldOutlivesTheRestOfItsGraph() throws {
    let x = Tensor([1, 2]).asVariable()
    weak var later: Node?
    let square: Tensor
    do {
      square = x.squared()
      let output = (square * square + x).exp()
      later = output.node
      #expect(later != nil)
    }
    #expect(later == nil)
    #expect(gradients(of: square.sum(), withRespectTo: [x])[0].values == [2, 4])
  }

  @Test func aFirstOrderGradientKeepsNoGraph() {
    weak var node: Node?
    let slope: Tensor
    do {
      let x = Tensor([1, 2]).asVariable()
      let loss = x.squared().sum()
      node = loss.node
      slope = gradients(of: loss, withRespectTo: [x])[0]
      #expect(node != nil)
    }
    #expect(node == nil)
    #expect(slope.values == [2, 4])
  }

  @Test func aRecordedGradientKeepsItsGraph() {
    let slope: Tensor
    let x = Tensor([1, 2]).asVariable()
    do { slope = gradients(of: x.exp().sum(), withRespectTo: [x], recorded: true)[0] }
    let curvature = gradients(of: slope.sum(), withRespectTo: [x])[0]
    expectClose(curvature.values, [exp(1), exp(2)])
  }
}
