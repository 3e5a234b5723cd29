import Autodiff
import TestSupport
import Testing

struct TensorTests {
  @Test func constructors() {
    #expect(Tensor([1, 2, 3, 4], shape: [2, 2]).values == [1, 2, 3, 4])
    #expect(Tensor([1, 2]).shape == [2])
    #expect(Tensor(3).shape == .scalar)
    #expect(Tensor(3).scalar == 3)
    #expect(Tensor([3], shape: [1, 1]).scalar == 3)
    #expect(Tensor(repeating: 2, shape: [2, 1]).values == [2, 2])
    #expect(Tensor.zeros([3]).values == [0, 0, 0])
    #expect(Tensor([]).shape == [0])
    #expect(Tensor.zeros([0, 5]).values.isEmpty)
  }

  @Test(arguments: [1, 7, 8, 64, 130])
  func isFiniteSeesEveryElement(count: Int) {
    var values = [Float](repeating: -.greatestFiniteMagnitude, count: count)
    #expect(Tensor(values).isFinite)
    for index in 0..<count {
      for value in [Float.infinity, -.infinity, .nan, -.signalingNaN] {
        values[index] = value
        #expect(!Tensor(values).isFinite)
      }
      values[index] = .leastNonzeroMagnitude
    }
    #expect(Tensor(values).isFinite && Tensor([]).isFinite)
  }

  @Test func variablesAreRecordedAndConstantsAreNot() {
    let constant = Tensor([1, 2])
    let variable = constant.asVariable()
    #expect(!constant.isRecorded)
    #expect(variable.isRecorded)
    #expect(variable.values == constant.values)
    #expect((constant + variable).isRecorded)
    #expect(!(constant + constant).isRecorded)
    let detached = (variable + constant).detached()
    #expect(!detached.isRecorded)
    #expect(detached.values == [2, 4])
  }

  @Test func noGradientFlowsThroughADetachedTensor() {
    let x = Tensor([2, 3]).asVariable()
    let y = (x * x.detached()).sum()
    #expect(gradients(of: y, withRespectTo: [x])[0].values == [2, 3])
  }

  @Test func aVariableMadeOfAResultIsANewLeaf() {
    let x = Tensor([2, 3]).asVariable()
    let y = x.squared().asVariable()
    let slopes = gradients(of: y.squared().sum(), withRespectTo: [x, y])
    #expect(slopes[0].values == [0, 0])
    #expect(slopes[1].values == [8, 18])
  }

  @Test func updatesOneCopyOnly() {
    let original = Tensor([1, 2, 3])
    var copy = original
    copy.updateValues { $0[1] = 7 }
    #expect(copy.values == [1, 7, 3])
    #expect(original.values == [1, 2, 3])
  }

  @Test func updatesInPlaceWhenNobodyElseHoldsTheValues() {
    var tensor = Tensor(repeating: 1, shape: [1000])
    let before = tensor.values.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
    tensor.updateValues { $0[0] = 2 }
    let after = tensor.values.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
    #expect(before == after)
    #expect(tensor.values[0] == 2)
  }

  @Test func anUpdatedVariableIsAConstantAndItsGraphKeepsTheOldValues() {
    let variable = Tensor([1, 2]).asVariable()
    let loss = variable.squaredNorm()
    var updated = variable
    updated.updateValues { $0[0] = 5 }
    #expect(!updated.isRecorded)
    #expect(updated.values == [5, 2])
    #expect(gradients(of: loss, withRespectTo: [variable])[0].values == [2, 4])
  }

  @Test func describesItself() {
    #expect("\(Tensor([1, 2.5], shape: [1, 2]))" == "Tensor(shape: [1, 2], values: [1.0, 2.5])")
    let long = Tensor((0..<13).map(Float.init))
    #expect("\(long)".hasSuffix("11.0, …])"))
    #expect(!"\(long.rows(0..<12))".contains("…"))
  }

  // MARK: Misuse

  @Test func rejectsValuesThatDoNotFillTheShape() async {
    let count = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor([1, 2, 3], shape: [2, 2])
    }
    expectMessage("Tensor: 3 values do not fill the shape [2, 2]", of: count)
    let scalar = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor([1, 2]).scalar
    }
    expectMessage("scalar: a tensor of shape [2] has no single element", of: scalar)
  }
}
