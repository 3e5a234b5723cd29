import Autodiff
import Files
import NeuralNetworks
import State
import TestSupport
import Testing

@Suite struct OptimizerTests {
  @Test func kindsMakeWhatTheySay() {
    #expect(moved(by: OptimizerKind.adam.makeOptimizer()) == moved(by: Adam()))
    #expect(moved(by: OptimizerKind.rmsprop.makeOptimizer()) == moved(by: RMSProp()))
    #expect(moved(by: OptimizerKind.sgd.makeOptimizer()) == moved(by: SGD(momentum: 0.9)))
    #expect(Set(OptimizerKind.allCases.map { moved(by: $0.makeOptimizer())[0] }).count == 3)
  }

  private func moved(by optimizer: any Optimizer) -> [Float] {
    var optimizer = optimizer
    var module = Parameters(Tensor([1, -2, 0.5]), Tensor([3, -0.25]))
    for step in 1...3 {
      optimizer.update(&module, along: sampleGradient(step: step), learningRate: 0.01)
    }
    return module.values
  }

  @Test func descendsAFunctionOfANetwork() {
    for kind in OptimizerKind.allCases {
      var optimizer = kind.makeOptimizer()
      var module = Parameters(Tensor([4, -3]), Tensor([2]))
      for _ in 0..<600 {
        let (_, slopes) = valueWithGradients(at: module) {
          ($0.tensors[0] - 1).squaredNorm() + ($0.tensors[1] + 1).squaredNorm()
        }
        optimizer.update(&module, along: slopes, learningRate: 0.02)
      }
      for (found, goal) in zip(module.values, [1, 1, -1] as [Float]) {
        #expect(abs(found - goal) < 0.05, "\(kind)")
      }
    }
  }

  /// An optimiser with the state of another goes on as that does, to the bit, also before its first
  /// step.
  @Test(arguments: OptimizerKind.allCases, [0, 5])
  func continuesFromAState(kind: OptimizerKind, steps: Int) throws {
    var (first, second) = (kind.makeOptimizer(), kind.makeOptimizer())
    var module = Parameters(Tensor([1, -2, 0.5]), Tensor([3, -0.25]))
    for step in 1..<steps + 1 {
      first.update(&module, along: sampleGradient(step: step), learningRate: 0.01)
    }
    var saved = OptimizerState(optimizer: first, module: module)
    let file = try Checkpoint.contents(of: &saved)
    var restored = OptimizerState(optimizer: second, module: module)
    try Checkpoint.restore(file, from: "memory", into: &restored)
    second = restored.optimizer
    #expect(try Checkpoint.contents(of: &restored) == file)
    var (copy, other, forgetful) = (module, module, kind.makeOptimizer())
    for step in 6...9 {
      first.update(&module, along: sampleGradient(step: step), learningRate: 0.01)
      second.update(&copy, along: sampleGradient(step: step), learningRate: 0.01)
      forgetful.update(&other, along: sampleGradient(step: step), learningRate: 0.01)
    }
    #expect(copy.values == module.values)
    #expect((other.values != module.values) == (steps > 0))
  }

  /// The averages have the names and the shapes of the parameters, and no others are accepted.
  @Test func statesOfOtherModulesAreRefused() throws {
    var saved = OptimizerState(optimizer: Adam(), module: Parameters(Tensor([1, 2])))
    let file = try Checkpoint.contents(of: &saved)
    #expect(file["first.p0"]?.shape == [2] && file["second.p0"]?.shape == [2])
    var other = OptimizerState(optimizer: Adam(), module: Parameters(Tensor([1, 2, 3])))
    #expect(throws: Failure.self) { try Checkpoint.restore(file, from: "memory", into: &other) }
  }

  @Test func copiesOfTheModuleStayAsTheyWere() {
    var module = Parameters(Tensor([1, 2]))
    let before = module
    var optimizer = SGD()
    optimizer.update(&module, along: [Tensor([1, 1])], learningRate: 1)
    #expect(before.values == [1, 2])
    #expect(module.values == [0, 1])
  }

  @Test func gradientsThatDoNotFitStopTheProgram() async {
    let shape = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var (module, optimizer) = (Parameters(Tensor([1, 2])), Adam())
      optimizer.update(&module, along: [Tensor([1, 2], shape: [2, 1])], learningRate: 1)
    }
    expectMessage("does not fit the parameter p0", of: shape)
    let few = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var (module, optimizer) = (Parameters(Tensor([1]), Tensor([2])), RMSProp())
      optimizer.update(&module, along: [Tensor([1])], learningRate: 1)
    }
    expectMessage("the gradient none", of: few)
    let many = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var (module, optimizer) = (Parameters(Tensor([1])), SGD())
      optimizer.update(&module, along: [Tensor([1]), Tensor([2])], learningRate: 1)
    }
    expectMessage("2 gradients for 1 parameters", of: many)
    let changed = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var (module, optimizer) = (Parameters(Tensor([1])), Adam())
      optimizer.update(&module, along: [Tensor([1])], learningRate: 1)
      module = Parameters(Tensor([1, 2]))
      optimizer.update(&module, along: [Tensor([1, 2])], learningRate: 1)
    }
    expectMessage("has changed from 1 to 2 elements", of: changed)
  }
}

/// An optimiser and what it moves.
private struct OptimizerState: Stateful {
  var optimizer: any Optimizer
  let module: Parameters

  mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try optimizer.visitState(&visitor, of: module)
  }
}
