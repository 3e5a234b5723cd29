import Autodiff
import Testing

/// Graphs with up to a million operations: neither the gradient nor the release may use a stack frame
/// for each, and both must take time in proportion.
struct LargeGraphTests {
  @Test func aLongChain() {
    let x = Tensor(1).asVariable()
    var y = x
    for _ in 0..<300_000 { y = y + 0.25 }
    #expect(y.scalar == 75_001)
    #expect(gradients(of: y, withRespectTo: [x])[0].scalar == 1)
    // Releases the chain from its end.
    y = x
    #expect(gradients(of: y.squared(), withRespectTo: [x])[0].scalar == 2)
  }

  @Test func aWideSum() {
    let x = Tensor([2]).asVariable()
    var parts = (0..<100_000).map { Float($0 % 8) * x }
    let sum = Tensor.concatenatingRows(parts).sum()
    parts = []
    #expect(sum.scalar == 700_000)
    #expect(gradients(of: sum, withRespectTo: [x])[0].values == [350_000])
  }

  @Test func aLongRecordedGradient() {
    // The gradient of a chain is a chain that hangs on it.
    let x = Tensor(1).asVariable()
    var y = x
    for _ in 0..<10_000 { y = y * x }
    let slope = gradients(of: y, withRespectTo: [x], recorded: true)[0]
    #expect(slope.scalar == 10_001)
    let curvature = gradients(of: slope, withRespectTo: [x])[0]
    // n (n − 1), summed up in Float32.
    #expect(abs(curvature.scalar / (10_001 * 10_000) - 1) < 1e-3)
  }

  @Test func aChainHeldInTheMiddle() {
    let x = Tensor(1).asVariable()
    var y = x
    var middle = x
    for step in 0..<50_000 {
      y = y + 0.5
      if step == 25_000 { middle = y }
    }
    y = x
    #expect(gradients(of: middle, withRespectTo: [x])[0].scalar == 1)
    middle = x
  }
}
